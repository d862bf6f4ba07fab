using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace McpSseActors.TestServer.Scripted;

/// <summary>A proxy on a real socket: CONNECT for https, absolute addresses for http, or SOCKS5; with credentials if told so.</summary>
public sealed class ScriptedProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _running = [];
    private int _connections;

    public ScriptedProxy()
    {
        _listener.Start();
        _running.Add(AcceptAsync());
    }

    /// <summary>The <c>user:password</c> that it wants.</summary>
    public string Credentials { get; init; } = "";

    /// <summary>Whether it closes the connection after a 407.</summary>
    public bool HangsUp { get; init; }

    public bool IsSocks { get; init; }

    /// <summary>What it answers to those that it lets in.</summary>
    public string Status { get; init; } = "200 OK";

    /// <summary>Makes it an https proxy.</summary>
    public X509Certificate2? Certificate { get; init; }

    public X509Certificate? ClientCertificate { get; private set; }

    public ConcurrentQueue<Request> Requests { get; } = [];

    public int Connections => Volatile.Read(ref _connections);

    public string Host { get; init; } = "127.0.0.1";

    public string Address => $"{(IsSocks ? "socks5" : Certificate is null ? "http" : "https")}://{Host}:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The address with credentials.</summary>
    public string With(string credentials) => Address.Replace("//", $"//{credentials}@", StringComparison.Ordinal);

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
            Interlocked.Increment(ref _connections);
            _running.Add(ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            await using var stream = await SecureAsync(client.GetStream());
            if (IsSocks)
                await ServeSocksAsync(stream);
            else
                await ServeHttpAsync(stream);
        }
    }

    private async Task ServeHttpAsync(Stream stream)
    {
        var wanted = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials))}";
        while (await Request.ReadAsync(stream, _stop.Token) is { Line.Length: > 0 } request)
        {
            Requests.Enqueue(request);
            if (Credentials.Length == 0 || request.Header("Proxy-Authorization") == wanted)
            {
                await ForwardAsync(stream, request);
                return;
            }

            await WriteAsync(stream, $"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n{(HangsUp ? "Connection: close\r\n" : "")}\r\n");
            if (HangsUp)
                return;
        }
    }

    private async Task ForwardAsync(Stream stream, Request request)
    {
        var target = request.Line.Split(' ')[1];
        var isTunnel = request.Line.StartsWith("CONNECT ", StringComparison.Ordinal);
        var url = new Uri(isTunnel ? $"https://{target}" : target);
        if (Status != "200 OK")
        {
            await WriteAsync(stream, $"HTTP/1.1 {Status}\r\nContent-Length: 0\r\n\r\n");
            return;
        }

        using var origin = new TcpClient();
        await origin.ConnectAsync(url.Host, url.Port, _stop.Token);
        if (isTunnel)
            await WriteAsync(stream, "HTTP/1.1 200 OK\r\n\r\n");
        else
            await WriteAsync(origin.GetStream(), $"{request.Line.Replace(target, url.PathAndQuery, StringComparison.Ordinal)}\r\n{HeadersOf(request)}\r\n");
        await PipeAsync(stream, origin.GetStream());
    }

    private static string HeadersOf(Request request) => string.Concat(request.Headers
        .Where(header => !header.Key.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase)).Select(header => $"{header.Key}: {header.Value}\r\n"));

    // RFC 1928 and 1929.
    private async Task ServeSocksAsync(Stream stream)
    {
        var methods = await ReadAsync(stream, (await ReadAsync(stream, 2))[1]);
        var wanted = Credentials.Length > 0 ? (byte)2 : (byte)0;
        await stream.WriteAsync(new byte[] { 5, methods.Contains(wanted) ? wanted : (byte)255 }, _stop.Token);
        if (wanted == 2)
        {
            var user = await ReadAsync(stream, (await ReadAsync(stream, 2))[1]);
            var password = await ReadAsync(stream, (await ReadAsync(stream, 1))[0]);
            var isRight = $"{Encoding.UTF8.GetString(user)}:{Encoding.UTF8.GetString(password)}" == Credentials;
            await stream.WriteAsync(new byte[] { 1, isRight ? (byte)0 : (byte)1 }, _stop.Token);
            if (!isRight)
                return;
        }

        var kind = (await ReadAsync(stream, 4))[3];
        var host = kind == 1
            ? new IPAddress(await ReadAsync(stream, 4)).ToString()
            : Encoding.ASCII.GetString(await ReadAsync(stream, (await ReadAsync(stream, 1))[0]));
        var port = await ReadAsync(stream, 2);
        Requests.Enqueue(new Request(string.Create(CultureInfo.InvariantCulture, $"{host}:{(port[0] << 8) + port[1]}"), new Dictionary<string, string>(), ""));
        using var origin = new TcpClient();
        await origin.ConnectAsync(host, (port[0] << 8) + port[1], _stop.Token);
        await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, _stop.Token);
        await PipeAsync(stream, origin.GetStream());
    }

    private async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, _stop.Token);
        return bytes;
    }

    private Task WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), _stop.Token).AsTask();

    private async Task PipeAsync(Stream one, Stream other) => await Task.WhenAny(one.CopyToAsync(other, _stop.Token), other.CopyToAsync(one, _stop.Token));

    private async Task<Stream> SecureAsync(Stream stream)
    {
        if (Certificate is null)
            return stream;
        var secured = new SslStream(stream);
        await secured.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = Certificate,
                ClientCertificateRequired = true,
#pragma warning disable CA5359 // The test looks at the certificate itself.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            },
            _stop.Token);
        ClientCertificate = secured.RemoteCertificate;
        return secured;
    }
}
