using System.Net;
using System.Net.Sockets;

namespace McpSseActors.Tests.Support;

/// <summary>Stands between a client and a server, and can lose what is open without telling either: a host that is gone, a NAT that forgot.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly int _targetOfTls;
    private readonly Task _accepting;
    private CancellationTokenSource _forwarding = new();

    public TcpRelay(int target)
        : this(target, target)
    {
    }

    /// <summary>A relay that has TLS and plain text go to two servers.</summary>
    public TcpRelay(int target, int targetOfTls)
    {
        _target = target;
        _targetOfTls = targetOfTls;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Url => new($"http://127.0.0.1:{Port}/events");

    /// <summary>From now on nothing passes through the connections that are open, in neither direction, and none of them is closed. New ones work.</summary>
    public async Task LoseAsync()
    {
        var lost = Interlocked.Exchange(ref _forwarding, new CancellationTokenSource());
        await lost.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token), Volatile.Read(ref _forwarding).Token));
        }
        finally
        {
            await Task.WhenAll(open);
        }
    }

    private async Task RelayAsync(TcpClient client, CancellationToken lost)
    {
        using var server = new TcpClient();
        using (client)
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(lost, _stop.Token))
        {
            await server.ConnectAsync(IPAddress.Loopback, await IsTlsAsync(client.Client) ? _targetOfTls : _target, _stop.Token);
            await Task.WhenAny(
                ForwardAsync(client.GetStream(), server.GetStream(), either.Token),
                ForwardAsync(server.GetStream(), client.GetStream(), either.Token));
            if (lost.IsCancellationRequested)
                await Task.Delay(Timeout.Infinite, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A connection of TLS begins with a handshake record.
    private async Task<bool> IsTlsAsync(Socket client)
    {
        var first = new byte[1];
        return await client.ReceiveAsync(first, SocketFlags.Peek, _stop.Token) == 1 && first[0] == 22;
    }

    private static async Task ForwardAsync(Stream from, Stream to, CancellationToken cancellation)
    {
        try
        {
            await from.CopyToAsync(to, cancellation);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
        }
    }
}
