using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using McpSseActors.Diagnostics;

namespace McpSseActors.Cli.Testing.Wire;

/// <summary>
/// Notes what the client's own transport does on its way to a server: so a diagnosis sees what the client sees. Safe from any thread; of
/// several connections it is the newest that counts.
/// </summary>
internal sealed class ConnectionTap(TimeProvider time)
{
    private static readonly string[] ThatMatter =
    [
        "server", "content-type", "content-encoding", "content-length", "cache-control", "via", "age", "x-cache", "x-accel-buffering", "retry-after", "allow",
    ];

    private readonly Lock _gate = new();
    private readonly List<SeenExchange> _exchanges = [];
    private long _connectedAt;

    /// <summary>The connection that was made or failed last, or else the first that was begun; null before there is one.</summary>
    /// <remarks>HttpClient begins one more than it needs while another is busy, and may never use it.</remarks>
    public SeenDial? Dial { get; set; }

    /// <summary>Its TLS; null without.</summary>
    public SeenTls? Tls { get; private set; }

    /// <summary>What the server showed; null for nothing.</summary>
    public SeenCertificate? Certificate { get; private set; }

    /// <summary>All requests, oldest first.</summary>
    public IReadOnlyList<SeenExchange> Exchanges
    {
        get
        {
            lock (_gate)
                return [.. _exchanges];
        }
    }

    /// <summary>The exchange that brought an event stream, or else the last one.</summary>
    public SeenExchange? Answer => Exchanges.LastOrDefault(exchange => exchange.IsEventStream)
        ?? Exchanges.LastOrDefault(exchange => exchange.Status is not null);

    /// <summary>Puts itself between a transport and the network.</summary>
    /// <param name="handler">What makes the requests.</param>
    /// <param name="replaceDial">Replaces what opens its connections.</param>
    public HttpMessageHandler Attach(SocketsHttpHandler handler, Action<Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>> replaceDial)
    {
        replaceDial(DialAsync);
        var verify = handler.SslOptions.RemoteCertificateValidationCallback;
        handler.SslOptions.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) => Judge(verify, sender, certificate, chain, errors);
        var filter = handler.PlaintextStreamFilter!;
        handler.PlaintextStreamFilter = (context, cancellation) =>
        {
            NoteConnected(context.PlaintextStream);
            return filter(context, cancellation);
        };
        return new Witness(handler, this);
    }

    private TimeProvider Time => time;

    private async ValueTask<Stream> DialAsync(DnsEndPoint target, CancellationToken cancellation)
    {
        var dial = new SeenDial(target);
        Dial ??= dial;
        try
        {
            var start = time.GetTimestamp();
            dial.Addresses = await Dns.GetHostAddressesAsync(target.Host, cancellation).ConfigureAwait(false);
            dial.DnsTime = time.GetElapsedTime(start);

            start = time.GetTimestamp();
            var connected = await DiagnosisPort.ConnectAsync(dial.Addresses, target.Port, dial.Note, cancellation).ConfigureAwait(false);
            dial.Peer = (connected as NetworkStream)?.Socket.RemoteEndPoint;
            dial.TcpTime = time.GetElapsedTime(start);
            _connectedAt = time.GetTimestamp();
            return connected;
        }
        finally
        {
            Dial = dial;
        }
    }

    private bool Judge(RemoteCertificateValidationCallback? verify, object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var accepted = false;
        try
        {
            return accepted = verify is null ? errors is SslPolicyErrors.None : verify(sender, certificate, chain, errors);
        }
        finally
        {
            if (certificate is X509Certificate2 shown)
            {
                Certificate = new SeenCertificate(
                    shown.Subject, shown.Issuer, shown.NotBefore, shown.NotAfter, errors,
                    string.Join(", ", chain?.ChainStatus.Select(status => status.Status).Distinct() ?? []), accepted);
            }
        }
    }

    private void NoteConnected(Stream stream)
    {
        if (stream is SslStream tls)
            Tls = new SeenTls(tls.SslProtocol, tls.NegotiatedCipherSuite, time.GetElapsedTime(_connectedAt));
        _connectedAt = time.GetTimestamp();
    }

    private SeenExchange Begin(HttpRequestMessage request)
    {
        var begun = new SeenExchange(request.Method.Method, SecretRedactor.RedactUrl(request.RequestUri!.AbsoluteUri));
        lock (_gate)
            _exchanges.Add(begun);
        return begun;
    }

    private void Note(SeenExchange exchange, HttpResponseMessage response, long start)
    {
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated);
        exchange.Headers = headers.Where(header => ThatMatter.Contains(header.Key.ToLowerInvariant()))
            .ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
        exchange.Reason = response.ReasonPhrase ?? "";
        exchange.Version = response.Version.ToString();
        exchange.IsEventStream = DiagnosisPort.IsEventStream(response);
        exchange.Time = time.GetElapsedTime(Math.Max(start, _connectedAt));
        exchange.Status = (int)response.StatusCode;
    }

    private sealed class Witness(HttpMessageHandler inner, ConnectionTap tap) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var start = tap.Time.GetTimestamp();
            var exchange = tap.Begin(request);
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            tap.Note(exchange, response, start);
            return response;
        }
    }
}
