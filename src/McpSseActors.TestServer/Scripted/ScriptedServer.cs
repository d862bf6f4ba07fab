using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;

namespace McpSseActors.TestServer.Scripted;

/// <summary>
/// An HTTP server on a real socket that does, byte for byte, what a test tells it: each connection runs the next script, the last one again
/// and again.
/// </summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Exchange, Task>[] _scripts;
    private readonly Channel<Request> _requests = Channel.CreateUnbounded<Request>();
    private readonly ConcurrentBag<Task> _running = [];
    private int _connections;

    public ScriptedServer(params Func<Exchange, Task>[] scripts)
        : this(null, scripts)
    {
    }

    /// <summary>A server that speaks TLS with this certificate, and asks for the client's.</summary>
    public ScriptedServer(X509Certificate2? certificate, params Func<Exchange, Task>[] scripts)
        : this(IPAddress.Loopback, certificate, scripts)
    {
    }

    /// <summary>A server of another interface than the loopback.</summary>
    public ScriptedServer(IPAddress address, X509Certificate2? certificate, params Func<Exchange, Task>[] scripts)
    {
        _listener = new TcpListener(address, 0);
        Certificate = certificate;
        _scripts = scripts;
        _listener.Start();
        _running.Add(AcceptAsync());
    }

    public Uri Url => new($"{(Certificate is null ? "http" : "https")}://127.0.0.1:{Port}/events");

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What the next connections are secured with.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The certificates between that certificate and its authority.</summary>
    public X509Certificate2Collection Intermediates { get; init; } = [];

    /// <summary>The thumbprints of what the last client showed besides its own certificate.</summary>
    public IReadOnlyList<string> ShownIntermediates { get; private set; } = [];

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The next request that came in.</summary>
    public async Task<Request> NextRequestAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _requests.Reader.ReadAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        foreach (var task in _running)
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            var number = Interlocked.Increment(ref _connections);
            _running.Add(ServeAsync(client, _scripts[Math.Min(number, _scripts.Length) - 1]));
        }
    }

    private async Task ServeAsync(TcpClient client, Func<Exchange, Task> script)
    {
        using (client)
        {
            await using var stream = await SecureAsync(client.GetStream());
            var request = await Request.ReadAsync(stream, _stop.Token);
            await _requests.Writer.WriteAsync(request);
            await script(new Exchange(client, stream, request, _stop.Token));
        }
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        if (Certificate is null)
            return stream;
        var secured = new SslStream(stream);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(Certificate, Intermediates, offline: true),
            ClientCertificateRequired = true,
#pragma warning disable CA5359 // The test looks at the certificate itself.
            RemoteCertificateValidationCallback = (_, _, chain, _) =>
            {
                ShownIntermediates = [.. chain?.ChainPolicy.ExtraStore.Select(certificate => certificate.Thumbprint) ?? []];
                return true;
            },
#pragma warning restore CA5359
        };
        await secured.AuthenticateAsServerAsync(options, _stop.Token);
        return secured;
    }
}

/// <summary>What a client asked for.</summary>
public sealed record Request(string Line, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public static async Task<Request> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!Encoding.UTF8.GetString([.. head.TakeLast(4)]).Equals("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, cancellation) == 0)
                break;
            head.Add(one[0]);
        }

        var lines = Encoding.UTF8.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(l => l.Split(": ", 2)).ToDictionary(p => p[0], p => p[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, cancellation);
        return new Request(lines.FirstOrDefault(""), headers, Encoding.UTF8.GetString(body));
    }
}

/// <summary>One connection: write to it, wait on it, break it.</summary>
public sealed class Exchange(TcpClient client, Stream stream, Request request, CancellationToken stopped)
{
    public Request Request => request;

    /// <summary>Cancelled when the server stops.</summary>
    public CancellationToken Stopped => stopped;

    /// <summary>The certificate that the client showed; null without TLS or without one.</summary>
    public X509Certificate? ClientCertificate => (stream as SslStream)?.RemoteCertificate;

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public Task WriteAsync(byte[] bytes) => WriteAsync(bytes.AsMemory());

    public Task WriteAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes, stopped).AsTask();

    /// <summary>The head of an event stream whose end is the connection's end.</summary>
    public Task OpenAsync(string contentType = "text/event-stream") =>
        WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nConnection: close\r\n\r\n");

    /// <summary>The head of an event stream in chunked transfer coding.</summary>
    public Task OpenChunkedAsync() =>
        WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");

    /// <summary>One chunk of the transfer coding; an empty one ends the stream.</summary>
    public Task WriteChunkAsync(ReadOnlySpan<byte> bytes) =>
        WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8]);

    public Task AnswerAsync(string status, string headers = "") =>
        WriteAsync($"HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n");

    /// <summary>Leaves the connection open and silent until the client goes or the server stops.</summary>
    public async Task StayAsync()
    {
        try
        {
            while (await stream.ReadAsync(new byte[256], stopped) > 0)
            {
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
        }
    }

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        client.Client.LingerState = new LingerOption(true, 0);
        client.Client.Dispose();
    }
}
