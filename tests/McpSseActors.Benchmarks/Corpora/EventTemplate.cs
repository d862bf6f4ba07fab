using System.Text;

namespace McpSseActors.Benchmarks.Corpora;

/// <summary>An event in all but its number, which has always the same width.</summary>
internal sealed class EventTemplate
{
    /// <summary>The placeholder for the number.</summary>
    public const string Placeholder = "########";

    private static readonly byte[] Hole = Encoding.UTF8.GetBytes(Placeholder);

    /// <param name="type">The type.</param>
    /// <param name="lines">The lines of the data; one of them contains the number.</param>
    /// <param name="lineEnd">The line end on the wire.</param>
    /// <param name="isFramed">Whether the event is an HTTP chunk by itself.</param>
    public EventTemplate(string type, string[] lines, string lineEnd, bool isFramed)
    {
        Type = type;
        Data = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        var text = $"id: {Placeholder}{lineEnd}event: {type}{lineEnd}{string.Concat(lines.Select(line => $"data: {line}{lineEnd}"))}{lineEnd}";
        Size = Encoding.UTF8.GetByteCount(text);
        Wire = Encoding.UTF8.GetBytes(isFramed ? $"{Size:x}\r\n{text}\r\n" : text);
        NumberInData = Data.AsSpan().IndexOf(Hole);
        NumberInId = Wire.AsSpan().IndexOf(Hole);
        NumberOnWire = Wire.AsSpan().LastIndexOf(Hole);
    }

    public string Type { get; }

    /// <summary>The data as a client sees it, UTF-8.</summary>
    public byte[] Data { get; }

    /// <summary>The bytes of the event, without HTTP.</summary>
    public int Size { get; }

    /// <summary>The event as it is sent.</summary>
    public byte[] Wire { get; }

    /// <summary>The index of the number in <see cref="Data"/>.</summary>
    public int NumberInData { get; }

    /// <summary>The index of the ID's number in <see cref="Wire"/>.</summary>
    public int NumberInId { get; }

    /// <summary>The index of the data's number in <see cref="Wire"/>.</summary>
    public int NumberOnWire { get; }
}
