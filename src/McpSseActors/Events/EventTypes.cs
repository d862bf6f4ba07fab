using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Text;

namespace McpSseActors.Events;

/// <summary>
/// Numbers the event types of a stream, so that a million events need a dozen strings, and the properties of a type are looked up
/// by its number. Bounded: further types, and overlong ones, have none.
/// </summary>
internal sealed class EventTypes
{
    /// <summary>The type of a block without one (WHATWG HTML, 9.2.6).</summary>
    public const string Default = "message";

    /// <summary>The number of a type that has none.</summary>
    public const int Unnumbered = -1;

    private const int LongestNumbered = 256;

    private readonly int _capacity;
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _numbers;

    /// <param name="capacity">How many types get a number.</param>
    public EventTypes(int capacity)
    {
        _capacity = capacity;
        _numbers = new Dictionary<byte[], int>(Utf8Comparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();
        Names = new string[Math.Min(capacity, 16)];
    }

    /// <summary>Gets the types by number. It only grows, so readers may read it meanwhile; a larger array may replace it.</summary>
    public string[] Names { get; private set; }

    /// <summary>The number of a type, or <see cref="Unnumbered"/>.</summary>
    /// <param name="utf8">Valid UTF-8; empty is <see cref="Default"/>.</param>
    public int Find(ReadOnlySpan<byte> utf8) => _numbers.TryGetValue(utf8, out var number) ? number : Add(utf8);

    /// <summary>A type as a string.</summary>
    /// <param name="utf8">Valid UTF-8; empty is <see cref="Default"/>.</param>
    public static string NameOf(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? Default : Encoding.UTF8.GetString(utf8);

    private int Add(ReadOnlySpan<byte> utf8)
    {
        var number = _numbers.Dictionary.Count;
        if (number == _capacity || utf8.Length > LongestNumbered)
            return Unnumbered;
        if (number == Names.Length)
            Names = [.. Names, .. new string[Math.Min(number, _capacity - number)]];
        Names[number] = NameOf(utf8);
        _numbers.TryAdd(utf8, number);
        return number;
    }

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Utf8Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)XxHash3.HashToUInt64(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
