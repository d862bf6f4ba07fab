namespace McpSseActors.Tests.Support;

/// <summary>Options for streams in tests.</summary>
public static class Streams
{
    /// <summary>A stream named <c>s</c> that loses no time between attempts.</summary>
    public static StreamOptions Quick(StreamOptions options) => options with
    {
        Name = "s",
        InitialReconnectDelay = TimeSpan.FromMilliseconds(20),
    };
}
