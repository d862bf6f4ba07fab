using System.Collections.Concurrent;
using Akka.Event;

namespace McpSseActors.Connections;

/// <summary>
/// What a stream learned about its server, and what outlives the attempts. Kept in memory only, and used from any
/// thread.
/// </summary>
/// <param name="stream">The stream's name.</param>
/// <param name="log">The log of the stream.</param>
internal sealed class ServerMemory(string stream, ILoggingAdapter log)
{
    /// <summary>A server that names a new coding in each response is not logged endlessly.</summary>
    private const int MostIgnoredCodings = 16;

    private readonly CookieJar _cookies = new(TimeProvider.System);
    private readonly ConcurrentDictionary<string, bool> _ignoredCodings = new(StringComparer.Ordinal);

    /// <summary>Gets the cookies for a request to the configured origin.</summary>
    public IReadOnlyList<(string Name, string Value)> CookiesFor(Uri url, StreamOptions options) => options.Cookies ? _cookies.For(url) : [];

    /// <summary>Remembers what the headers of a response say, and warns once about what is ignored in them.</summary>
    /// <param name="response">The response.</param>
    /// <param name="url">The URL of its request.</param>
    /// <param name="options">The stream's options.</param>
    /// <param name="withSecrets">Whether the request went to the configured origin, on a path of its own choice.</param>
    public void Note(HttpResponseMessage response, Uri url, StreamOptions options, bool withSecrets = true)
    {
        if (options.Cookies && withSecrets)
            _cookies.Store(url, response);
        foreach (var coding in AnswerHead.IgnoredCodings(response))
        {
            if (_ignoredCodings.Count < MostIgnoredCodings && _ignoredCodings.TryAdd(coding, true))
                log.Warning("Stream {Stream}: Content-Encoding {Coding} is not a registered coding; the body is read as it is", stream, new SecretRedactor(options).Redact(coding));
        }
    }
}
