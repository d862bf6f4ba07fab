using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace McpSseActors.Benchmarks.Corpora;

/// <summary>
/// An endless log of events, all of the same size on the wire. Event n is the same whenever it is made: a template, patched with its number as ID and
/// within its data. So sending costs a copy and a patch, and both sides know what each event holds.
/// </summary>
internal sealed class Corpus
{
    /// <summary>The number of the first event, so that all have eight digits and are valid JSON.</summary>
    public const long FirstNumber = 10_000_000;

    /// <summary>How many events there can be.</summary>
    public const long MostEvents = 90_000_000;

    private const int WriteSize = 64 * 1024;

    private static readonly uint[] FourDigits = [.. Enumerable.Range(0, 10_000).Select(number => BinaryPrimitives.ReadUInt32LittleEndian(Encoding.ASCII.GetBytes($"{number:0000}")))];

    // Rendered on demand: naming a corpus must not take its memory.
    private readonly Lazy<EventTemplate[]> _templates;
    private readonly Lazy<byte[]> _wire;

    public Corpus(string name, string description, bool isFramed, Func<EventTemplate[]> templates)
    {
        Name = name;
        Description = description;
        IsFramed = isFramed;
        _templates = new(() => OfOneSize(templates()));
        _wire = new(() => [.. Enumerable.Repeat(Rendered.SelectMany(template => template.Wire), Repeats).SelectMany(bytes => bytes)]);
    }

    public string Name { get; }

    public string Description { get; }

    /// <summary>Whether the HTTP chunks are part of the bytes, one for each event.</summary>
    public bool IsFramed { get; }

    /// <summary>The bytes of an event, without HTTP.</summary>
    public int EventSize => Rendered[0].Size;

    /// <summary>The bytes of an event as it is sent.</summary>
    public int WireSize => Rendered[0].Wire.Length;

    /// <summary>The most bytes of one <see cref="Render"/>.</summary>
    public int BlockSize => SlotsOfWrite * WireSize;

    /// <summary>The types in the order in which they take turns.</summary>
    public IReadOnlyList<EventTemplate> Templates => Rendered;

    public EventTemplate TemplateOf(long index) => Rendered[index % Rendered.Length];

    /// <summary>How many of the first events are made from the template at this place.</summary>
    public long CountOfPlace(int place, long events) => (events - place + Rendered.Length - 1) / Rendered.Length;

    /// <summary>The number of event <paramref name="index"/>; indices begin with 0.</summary>
    public static long NumberOf(long index) => FirstNumber + index;

    /// <summary>The index of the event after the one with this ID; 0 where there is none.</summary>
    public static long IndexBehind(string? lastEventId) =>
        long.TryParse(lastEventId, CultureInfo.InvariantCulture, out var number) ? number - FirstNumber + 1 : 0;

    /// <summary>Writes events, as many as one write takes. Gives how many.</summary>
    /// <param name="first">The index of the first.</param>
    /// <param name="most">How many at the most.</param>
    /// <param name="target">Holds <see cref="BlockSize"/> bytes.</param>
    public int Render(long first, long most, Span<byte> target)
    {
        var (wire, templates, size) = (_wire.Value, Rendered, WireSize);
        var slots = wire.Length / size;
        var slot = (int)(first % slots);
        var count = (int)Math.Min(most, Math.Min(SlotsOfWrite, slots - slot));
        wire.AsSpan(slot * size, count * size).CopyTo(target);
        for (var i = 0; i < count; i++)
        {
            var template = templates[(slot + i) % templates.Length];
            var one = target.Slice(i * size, size);
            var digits = DigitsOf(NumberOf(first + i));
            MemoryMarshal.Write(one[template.NumberInId..], digits);
            MemoryMarshal.Write(one[template.NumberOnWire..], digits);
        }

        return count;
    }

    // Two look-ups for eight digits: what the server spends on an event, the client next to it has not.
    private static ulong DigitsOf(long number)
    {
        var (high, low) = Math.DivRem((uint)number, (uint)FourDigits.Length);
        return FourDigits[high] | ((ulong)FourDigits[low] << 32);
    }

    private EventTemplate[] Rendered => _templates.Value;

    private int SlotsOfWrite => Math.Max(1, WriteSize / WireSize);

    private int Repeats => (SlotsOfWrite + Rendered.Length - 1) / Rendered.Length;

    private static EventTemplate[] OfOneSize(EventTemplate[] templates) =>
        templates.All(template => template.Wire.Length == templates[0].Wire.Length) ? templates
            : throw new ArgumentException("All events must have the same size.", nameof(templates));
}
