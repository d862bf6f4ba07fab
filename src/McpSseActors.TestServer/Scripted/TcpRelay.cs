using System.Net;
using System.Net.Sockets;

namespace McpSseActors.TestServer.Scripted;

/// <summary>
/// Forwards connections from a client to a server. It can be down, which closes what is open, and it can lose what is open without a sign to
/// either side: a host that is gone, a NAT that forgot.
/// </summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private TcpListener _listener = Ports.ListenOnFree();
    private CancellationTokenSource _down = new();
    private readonly int _target;
    private readonly int _targetOfTls;
    private Task _accepting;
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
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_down.Token);
    }

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}/events");

    /// <summary>Stops passing bytes through the open connections, in both directions, without closing them. New connections work.</summary>
    public async Task LoseAsync()
    {
        var lost = Interlocked.Exchange(ref _forwarding, new CancellationTokenSource());
        await lost.CancelAsync();
    }

    /// <summary>Closes every connection, and refuses new ones.</summary>
    public async Task DownAsync()
    {
        await _down.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Forwards connections again, at the same port.</summary>
    public void Up()
    {
        _listener = Ports.ListenOn(Port);
        _down = new CancellationTokenSource();
        _accepting = AcceptAsync(_down.Token);
    }

    public async ValueTask DisposeAsync() => await DownAsync();

    private async Task AcceptAsync(CancellationToken down)
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(RelayAsync(await _listener.AcceptTcpClientAsync(down), Volatile.Read(ref _forwarding).Token, down));
        }
        finally
        {
            await Task.WhenAll(open);
        }
    }

    private async Task RelayAsync(TcpClient client, CancellationToken lost, CancellationToken down)
    {
        using var server = new TcpClient();
        using (client)
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(lost, down))
        {
            await server.ConnectAsync(IPAddress.Loopback, await IsTlsAsync(client.Client, down) ? _targetOfTls : _target, down);
            await Task.WhenAny(
                ForwardAsync(client.GetStream(), server.GetStream(), either.Token),
                ForwardAsync(server.GetStream(), client.GetStream(), either.Token));
            if (lost.IsCancellationRequested)
                await Task.Delay(Timeout.Infinite, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A connection of TLS begins with a handshake record.
    private static async Task<bool> IsTlsAsync(Socket client, CancellationToken down)
    {
        var first = new byte[1];
        return await client.ReceiveAsync(first, SocketFlags.Peek, down) == 1 && first[0] == 22;
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
