using McpSseActors.Sse;

namespace McpSseActors.TestSupport.Sse;

/// <summary>Counts, and allocates nothing itself.</summary>
internal record struct CountingSink : ISseSink
{
    public int Events { get; set; }

    public int Oversized { get; set; }

    public long Bytes { get; set; }

    public void OnEvent(in SseEvent received)
    {
        Events++;
        Bytes += received.Data.Length;
    }

    public readonly void OnComment(ReadOnlySpan<byte> comment)
    {
    }

    public void OnOversized() => Oversized++;
}
