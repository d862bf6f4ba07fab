namespace McpSseActors.Configuration;

/// <summary>The values of <c>transport</c>.</summary>
internal static class TransportNames
{
    public const string Plain = "sse";
    public const string HttpSse = "http-sse";
    public const string StreamableHttp = "streamable-http";
    public const string Subscriptions = "subscriptions";
    public const string Auto = "auto";

    public static readonly string[] All = [Plain, HttpSse, StreamableHttp, Subscriptions, Auto];
}
