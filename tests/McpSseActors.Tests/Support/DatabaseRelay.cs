using System.Net.Sockets;
using Npgsql;

namespace McpSseActors.Tests.Support;

/// <summary>
/// A way to the PostgreSQL server of <see cref="TestDatabase"/> on which answers can be held: to the server, its client then looks like a process that
/// is paused.
/// </summary>
internal sealed class DatabaseRelay : IDisposable
{
    private readonly Socket _listener = NewSocket();
    private readonly CancellationTokenSource _end = new();
    private readonly UnixDomainSocketEndPoint _server;
    private volatile bool _holds;

    /// <param name="server">The connection string of the server, which listens on a Unix domain socket.</param>
    /// <param name="folder">The folder of the test.</param>
    public DatabaseRelay(string server, string folder)
    {
        var parts = new NpgsqlConnectionStringBuilder(server);
        _server = SocketIn(parts.Host!, parts.Port);
        _listener.Bind(SocketIn(folder, parts.Port));
        _listener.Listen();
        parts.Host = folder;
        ConnectionString = parts.ConnectionString;
        _ = AcceptAsync();
    }

    public string ConnectionString { get; }

    /// <summary>Holds all answers from now on, for good.</summary>
    public void HoldAnswers() => _holds = true;

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private static UnixDomainSocketEndPoint SocketIn(string folder, int port) => new(Path.Combine(folder, $".s.PGSQL.{port}"));

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
            _ = RelayAsync(await _listener.AcceptAsync(_end.Token));
    }

    private async Task RelayAsync(Socket client)
    {
        using var _ = client;
        using var server = NewSocket();
        await server.ConnectAsync(_server, _end.Token);
        await Task.WhenAny(PassAsync(client, server, isAnswer: false), PassAsync(server, client, isAnswer: true));
    }

    private async Task PassAsync(Socket from, Socket to, bool isAnswer)
    {
        var buffer = new byte[8192];
        while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var length)
        {
            if (isAnswer && _holds)
                await Task.Delay(Timeout.Infinite, _end.Token);
            await to.SendAsync(buffer.AsMemory(0, length), _end.Token);
        }
    }
}
