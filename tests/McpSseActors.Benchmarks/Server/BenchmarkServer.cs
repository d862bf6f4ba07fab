using System.Net;
using System.Net.Sockets;
using McpSseActors.Benchmarks.Corpora;
using static System.FormattableString;

namespace McpSseActors.Benchmarks.Server;

/// <summary>
/// An HTTP/1.1 server on plain sockets. It shares the machine with the clients that are measured, so it does as little as can be: what it sends
/// is rendered before, and goes out in large writes.
/// </summary>
internal sealed class BenchmarkServer : IDisposable
{
    private const int Backlog = 8192;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IdleStreams _idle = new();
    private readonly PacedStreams _paced = new();
    private readonly Dropping _dropping = new();

    public BenchmarkServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Backlog);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _idle.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _ = ServeAsync(await _listener.AcceptAsync());
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = new Connection(socket);
        try
        {
            while (await connection.ReadAsync() is { } request)
                await AnswerAsync(connection, request);
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
            // Clients go when they have seen enough.
        }
        catch (Exception fault)
        {
            await Console.Error.WriteLineAsync(fault.ToString());
        }
    }

    private Task AnswerAsync(Connection connection, Request request) => request.Path switch
    {
        "/events" when Catalogue.Find(request.Query["corpus"]) is { } corpus => FullSpeed.SendAllAsync(connection, request, corpus),
        "/paced" => Paced.SendAsync(connection, request),
        "/idle" => _idle.HoldAsync(connection, request),
        "/many" => _paced.SendAsync(connection, request),
        "/drop" => _dropping.SendAsync(connection, request),
        "/sent" => connection.SendAsync(Http.Answer("200 OK", Invariant($"{Connection.SentBytes}"))).AsTask(),
        "/mcp" => McpAnswers.SendAsync(connection, request),
        _ => connection.SendAsync(Http.Answer("404 Not Found")).AsTask(),
    };
}
