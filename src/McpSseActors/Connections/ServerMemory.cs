using System.Collections.Immutable;
using System.Net;
using Akka.Event;
using McpSseActors.Configuration;

namespace McpSseActors.Connections;

/// <summary>
/// What a stream learned about its server, and what outlives the attempts. Kept in memory only, and used from any
/// thread.
/// </summary>
/// <param name="stream">The stream's name.</param>
/// <param name="log">The log of the stream.</param>
/// <param name="gate">Learns what is secret on the way to the server, and hides it in the server's words.</param>
internal sealed class ServerMemory(string stream, ILoggingAdapter log, SecretGate gate)
{
    /// <summary>A server that names a new coding in each response is not logged endlessly.</summary>
    private const int MostIgnoredCodings = 16;

    // Error codes of HTTP/2 (RFC 9113, 7).
    private const long EnhanceYourCalm = 0xB;
    private const long InadequateSecurity = 0xC;
    private const long Http11Required = 0xD;

    private ImmutableHashSet<string> _withoutHttp2 = [];
    private ImmutableHashSet<string> _ignoredCodings = [];
    private volatile Refusal? _refusal;
    private CookieJar? _cookies;

    public SecretGate Gate => gate;

    public ILoggingAdapter Log => log;

    /// <summary>Gets the newest version of HTTP for a request: with <c>auto</c>, 1.1 once the server refused HTTP/2.</summary>
    public (Version Version, HttpVersionPolicy Policy) VersionFor(Uri url, StreamOptions options) => options.HttpVersion switch
    {
        "1.1" => (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact),
        "2" => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact),
        _ when _withoutHttp2.Contains(Redact.Origin(url)) => (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact),
        _ => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower),
    };

    /// <summary>Remembers that a server refuses HTTP/2, or the PINGs by which HttpClient measures the connection.</summary>
    public void Note(Exception fault, Uri url)
    {
        for (var inner = fault; inner is not null; inner = inner.InnerException)
        {
            if (inner is HttpProtocolException { ErrorCode: EnhanceYourCalm or InadequateSecurity or Http11Required })
                AvoidHttp2(url);
        }
    }

    /// <summary>Gets the cookies for a request to the configured origin.</summary>
    public IReadOnlyList<(string Name, string Value)> CookiesFor(Uri url, StreamOptions options) => options.Cookies && _cookies is { } cookies ? cookies.For(url) : [];

    /// <summary>Gets what a credential source is told.</summary>
    public CredentialContext CredentialContext(StreamOptions options)
    {
        var url = new Uri(options.ServerUrl);
        // The server_url may have changed since.
        return _refusal is { } refusal && RequestFactory.IsSameOrigin(refusal.Url, url)
            ? new CredentialContext(url, refusal.Status, refusal.Challenge)
            : new CredentialContext(url);
    }

    /// <summary>Remembers what the headers of a response say, and warns once about what is ignored in them.</summary>
    /// <param name="response">The response.</param>
    /// <param name="url">The URL of its request.</param>
    /// <param name="options">The stream's options.</param>
    /// <param name="withSecrets">Whether the request went to the configured origin, on the configured path or one that this origin chose.</param>
    public void Note(HttpResponseMessage response, Uri url, StreamOptions options, bool withSecrets = true)
    {
        if (options.Cookies && withSecrets)
            Keep(response, url);
        if (response is { StatusCode: HttpStatusCode.HttpVersionNotSupported, Version.Major: 2 })
            AvoidHttp2(url);
        if (withSecrets && !Redirect.IsOne(response))
            _refusal = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? new Refusal(url, response.StatusCode, Challenges.Find(response))
                : null;
        foreach (var coding in AnswerHead.IgnoredCodings(response))
        {
            if (_ignoredCodings.Count < MostIgnoredCodings && ImmutableInterlocked.Update(ref _ignoredCodings, static (known, coding) => known.Add(coding), coding))
                log.Warning("Stream {Stream}: Content-Encoding {Coding} is not a registered coding; the body is read as it is", stream, gate.Redact(coding));
        }
    }

    private void Keep(HttpResponseMessage response, Uri url)
    {
        if (response.Headers.NonValidated.Contains("Set-Cookie"))
            LazyInitializer.EnsureInitialized(ref _cookies, () => new CookieJar(TimeProvider.System, gate.AddCookie)).Store(url, response);
    }

    private void AvoidHttp2(Uri url)
    {
        if (ImmutableInterlocked.Update(ref _withoutHttp2, static (known, origin) => known.Add(origin), Redact.Origin(url)))
            log.Info("Stream {Stream}: the server refuses HTTP/2; the next attempts use HTTP/1.1", stream);
    }

    private sealed record Refusal(Uri Url, HttpStatusCode Status, CredentialChallenge? Challenge);
}
