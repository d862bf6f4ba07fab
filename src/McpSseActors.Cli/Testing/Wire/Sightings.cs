using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;

namespace McpSseActors.Cli.Testing.Wire;

/// <summary>A connection of TCP, as far as it came.</summary>
internal sealed class SeenDial(DnsEndPoint target)
{
    public DnsEndPoint Target => target;

    /// <summary>The addresses of the host; null until they are known.</summary>
    public IPAddress[]? Addresses { get; set; }

    public TimeSpan? DnsTime { get; set; }

    /// <summary>How the addresses fared that were tried, in the order in which that was known.</summary>
    public ConcurrentQueue<(IPAddress Address, string Outcome)> Outcomes { get; } = new();

    /// <summary>The address that it is connected to; null until it is.</summary>
    public EndPoint? Peer { get; set; }

    public TimeSpan? TcpTime { get; set; }

    /// <summary>Notes how an address fared.</summary>
    public void Note(IPAddress address, string outcome) => Outcomes.Enqueue((address, outcome));
}

/// <summary>A connection of TLS.</summary>
/// <param name="Protocol">The version.</param>
/// <param name="CipherSuite">The cipher suite.</param>
/// <param name="Time">How long it took behind TCP; with a proxy, its part included.</param>
internal sealed record SeenTls(SslProtocols Protocol, TlsCipherSuite CipherSuite, TimeSpan Time);

/// <summary>The certificate that a server showed, and what the client thinks of it.</summary>
/// <param name="Subject">Whose it is.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="From">The first moment of its life.</param>
/// <param name="Until">The last.</param>
/// <param name="Errors">What the system finds wrong.</param>
/// <param name="ChainErrors">The same in detail, where the chain is at fault.</param>
/// <param name="IsAccepted">Whether the client goes on.</param>
internal sealed record SeenCertificate(
    string Subject, string Issuer, DateTimeOffset From, DateTimeOffset Until, SslPolicyErrors Errors, string ChainErrors, bool IsAccepted);

/// <summary>A request and the head of its answer, as far as it came.</summary>
internal sealed class SeenExchange(string method, string url)
{
    public string Method => method;

    /// <summary>Where to, without secrets.</summary>
    public string Url => url;

    /// <summary>The status; null until there is an answer.</summary>
    public int? Status { get; set; }

    public string Reason { get; set; } = "";

    /// <summary>As <c>1.1</c>.</summary>
    public string Version { get; set; } = "";

    /// <summary>From the connection, or from the request where there was one already, to the answer.</summary>
    public TimeSpan? Time { get; set; }

    /// <summary>Those headers that matter to an event stream, by their names in lower case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();

    public bool IsEventStream { get; set; }

    /// <summary>The same without secrets.</summary>
    public SeenExchange Redacted(Func<string, string> redact) => new(method, redact(url))
    {
        Status = Status,
        Reason = redact(Reason),
        Version = Version,
        Time = Time,
        Headers = Headers.ToDictionary(header => header.Key, header => redact(header.Value)),
        IsEventStream = IsEventStream,
    };
}
