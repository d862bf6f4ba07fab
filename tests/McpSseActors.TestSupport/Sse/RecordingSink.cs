using System.Text;
using McpSseActors.Sse;

namespace McpSseActors.TestSupport.Sse;

/// <summary>Writes down what a decoder finds, one entry each, in order.</summary>
internal sealed class RecordingSink : ISseSink
{
    private static UTF8Encoding StrictUtf8 { get; } = new(false, throwOnInvalidBytes: true);

    public List<Found> All { get; } = [];

    public IEnumerable<FoundEvent> Events => All.OfType<FoundEvent>();

    public int Oversized => All.Count(found => found is FoundOversized);

    public void OnEvent(in SseEvent received) => All.Add(new FoundEvent(
        received.Type.IsEmpty ? "message" : Text(received.Type),
        Text(received.Data),
        Text(received.LastEventId),
        received.HasId ? Text(received.Id) : null,
        received.RetryMilliseconds));

    public void OnComment(ReadOnlySpan<byte> comment) => All.Add(new FoundComment(Text(comment)));

    public void OnOversized() => All.Add(new FoundOversized());

    public static string Text(ReadOnlySpan<byte> utf8) => StrictUtf8.GetString(utf8);
}

internal abstract record Found;

internal sealed record FoundEvent(string Type, string Data, string LastEventId = "", string? Id = null, long? Retry = null) : Found;

internal sealed record FoundComment(string Text) : Found;

internal sealed record FoundOversized : Found;
