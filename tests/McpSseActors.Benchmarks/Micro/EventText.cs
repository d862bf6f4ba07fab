using System.Globalization;
using System.Text;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Micro;

/// <summary>
/// Writes events as a server would. Their types and sizes follow no pattern, for a processor learns every pattern by heart, and is then faster
/// than it would ever be with a real stream. The seed is fixed.
/// </summary>
internal sealed class EventText
{
    private const int SmallSpread = 30;
    private const int LineSize = 80;
    private const string End = "\"}\n\n";

    private readonly Random _random = new(1);
    private int _count;

    /// <summary>An event of 107 bytes on the average, of one of so many types.</summary>
    public string Small(char filler = 'x', int types = Catalogue.TypeCount) => OfSize(Around(Catalogue.SmallSize, SmallSpread), filler, types);

    /// <summary>An event of so many bytes on the wire (the filler may make it a few less), its data one line.</summary>
    public string OfSize(int size, char filler = 'x', int types = Catalogue.TypeCount)
    {
        var start = $"{Head(types)}data: {{\"n\":{_count},\"text\":\"";
        var room = size - start.Length - End.Length;
        return start + new string(filler, room / Encoding.UTF8.GetByteCount([filler])) + End;
    }

    /// <summary>An event of about so many bytes of data, in lines such as those of indented JSON.</summary>
    public string OfLines(int size)
    {
        var text = new StringBuilder(Head(Catalogue.TypeCount));
        while (text.Length < size)
            text.Append("data: ").Append('x', Around(LineSize, LineSize / 2)).Append('\n');
        return text.Append('\n').ToString();
    }

    private string Head(int types) =>
        string.Create(CultureInfo.InvariantCulture, $"id: {100_000 + ++_count}\nevent: {Catalogue.Types[_random.Next(types)]}\n");

    private int Around(int size, int spread) => _random.Next(size - spread, size + spread + 1);
}
