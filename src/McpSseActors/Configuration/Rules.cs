using System.Buffers;
using System.Net.Http.Headers;
using Akka.Actor;

namespace McpSseActors.Configuration;

/// <summary>The rules of single strings. None of their complaints repeats a value that may be secret.</summary>
internal static class Rules
{
    /// <summary>The <c>proxy_url</c> that means no proxy at all.</summary>
    public const string NoProxy = "none";

    // As long as the longest host name, after which a stream may be named, and round.
    private const int LongestName = 256;
    private const int LongestEventName = 1024;

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] McpLogLevels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

    public static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether a header can carry the text as one word.</summary>
    public static bool IsVisibleAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    public static Complaint? Name(string name)
    {
        if (name.Length > LongestName)
            return new Complaint($"a name has at most {LongestName} characters, and this one has {name.Length}", "choose a shorter name");
        return name.Length == 0 || ActorPath.IsValidPathElement(name)
            ? null
            : new Complaint($"'{name}' cannot be the name of an actor", "use letters, digits, '-', '_' and '.'");
    }

    public static Complaint? ServerUrl(string url)
    {
        const string Example = "write it in full, as https://example.com/events";
        if (url.Length == 0)
            return null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
            return new Complaint("not an absolute URL", Example);
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            return new Complaint("only http and https URLs can be read", Example);
        return uri.UserInfo.Length > 0
            ? new Complaint("the URL holds a user name or password", "take it out, and use auth_key or custom_headers")
            : null;
    }

    public static Complaint? ProxyUrl(string url)
    {
        const string Example = "write it as http://proxy.example.com:3128 or socks5://user:password@proxy.example.com:1080, with %40 for an @ in a password; or \"none\"";
        if (url is "" or NoProxy)
            return null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return new Complaint("not the URL of a proxy", Example);
        if (uri.Scheme is not ("http" or "https" or "socks4" or "socks4a" or "socks5"))
            return new Complaint("there are only http, https, socks4, socks4a and socks5 proxies", Example);
        if (uri.Port < 0)
            return new Complaint("the proxy has no port", Example);
        return uri.PathAndQuery is "/" or "" && uri.Fragment.Length == 0
            ? null
            : new Complaint("the URL of a proxy ends with its port", Example);
    }

    public static Complaint? McpLogLevel(string level) => level.Length == 0 || McpLogLevels.Contains(level, StringComparer.Ordinal)
        ? null
        : new Complaint("unknown MCP log level", $"write one of {string.Join(", ", McpLogLevels)}, or leave it empty");

    public static Complaint? EventName(string name) => name.Any(char.IsControl) || name.Length > LongestEventName
        ? new Complaint("not the name of an event type", "write the name as the server lists it, as incident.created")
        : null;

    public static Complaint? WebhookUrl(string url)
    {
        const string Example = "write the public address of MapMcpEventsWebhook, as https://example.com/hooks/mcp";
        if (url.Length == 0)
            return null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return new Complaint("not an absolute URL", Example);
        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            return new Complaint("a server posts events to https only", Example);
        return uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length == 0 ? null
            : new Complaint("a query, a fragment and user info are not possible here", Example);
    }

    public static Complaint? ResourceUri(string uri) => Uri.TryCreate(uri, UriKind.Absolute, out _)
        ? null
        : new Complaint($"'{uri}' is not a URI", "write the full URI of the resource, as file:///project/README.md");

    public static Complaint? AuthKey(string key)
    {
        if (key.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return new Complaint("the key begins with 'Bearer', which is sent anyway", "write the key alone");
        return IsVisibleAscii(key)
            ? null
            : new Complaint("the key holds a space, a line break or a character outside ASCII", "write the key alone, without blanks around it");
    }

    public static Complaint? HeaderText(string text, string what) => text.All(c => c is '\t' or (>= ' ' and <= '~'))
        ? null
        : new Complaint($"the {what} holds a line break or a character outside ASCII", "write printable ASCII");

    public static Complaint? EventPatternText(string text)
    {
        try
        {
            EventPattern.Parse(text);
            return null;
        }
        catch (FormatException) when (text.Length > EventPattern.MaxLength)
        {
            return new Complaint($"an event pattern has at most {EventPattern.MaxLength} characters, and this one has {text.Length}", "write a type (chat.message) or a pattern (chat.*)");
        }
        catch (FormatException)
        {
            return new Complaint("an event pattern is empty or has a line break", "write a type (chat.message) or a pattern (chat.*)");
        }
    }

    public static Complaint? LastEventId(string id) => id.AsSpan().ContainsAny('\0', '\r', '\n')
        ? new Complaint("the ID contains a line break or NUL", "write the ID as the server sent it")
        : null;

    public static Complaint? HttpVersion(string value) =>
        value is "auto" or "1.1" or "2" ? null : new Complaint($"\"{Redact.Line(value)}\" is not a version of HTTP that can be chosen", "write auto, 1.1 or 2");

    public static Complaint? HttpMethod(string method)
    {
        const string Remedy = "write GET, POST or another method whose answer has a body";
        if (method.Length == 0 || !method.All(char.IsAsciiLetterUpper))
            return new Complaint("a method is written in capital letters", Remedy);
        return method is "HEAD" or "CONNECT" or "TRACE" or "OPTIONS" ? new Complaint($"{method} opens no event stream", Remedy) : null;
    }

    public static Complaint? ContentType(string type) => MediaTypeHeaderValue.TryParse(type, out _)
        ? null
        : new Complaint("not a content type", "write a media type, as application/json");
}
