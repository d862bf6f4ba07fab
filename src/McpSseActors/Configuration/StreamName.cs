using Akka.Actor;

namespace McpSseActors.Configuration;

/// <summary>The name of a stream that was given none.</summary>
internal static class StreamName
{
    /// <summary>The name of a stream that has neither a name nor a URL.</summary>
    public const string Fallback = "mcp-sse";

    /// <summary>The stream's name: its own, else its URL's host, made fit for an actor.</summary>
    public static string Of(StreamOptions options)
    {
        if (options.Name is { Length: > 0 })
            return options.Name;
        return Uri.TryCreate(options.ServerUrl, UriKind.Absolute, out var url) && url.IdnHost.Length > 0 ? Sanitised(url.IdnHost) : Fallback;
    }

    // An IPv6 address comes without brackets, but may end in a scope: fe80::1%eth0.
    private static string Sanitised(string host)
    {
        var name = string.Concat(host.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' ? c : '-')).Trim('-');
        return ActorPath.IsValidPathElement(name) ? name : Fallback;
    }
}
