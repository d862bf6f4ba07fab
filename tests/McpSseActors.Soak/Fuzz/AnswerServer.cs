using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using McpSseActors.TestServer.Faults;
using McpSseActors.TestServer.Scripted;

namespace McpSseActors.Soak.Fuzz;

/// <summary>Answers a request for <c>/seed</c> with the answer of that seed, and closes the connection, sometimes with a reset.</summary>
internal sealed class AnswerServer : IAsyncDisposable
{
    private readonly TcpListener _listener = Ports.ListenOnFree();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public AnswerServer() => _running = AcceptAsync();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _ = AnswerAsync(await _listener.AcceptSocketAsync(_stop.Token));
    }

    private async Task AnswerAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                socket.NoDelay = true;
                if (await ReadSeedAsync(socket) is { } seed)
                    await WriteAsync(socket, HttpAnswer.Make(seed, Port), new SeededRandom(seed + 1));
            }
            catch (Exception gone) when (gone is SocketException or OperationCanceledException)
            {
                // The client left.
            }
        }
    }

    private async Task<ulong?> ReadSeedAsync(Socket socket)
    {
        var request = new byte[16 * 1024];
        var length = 0;
        do
        {
            var read = await socket.ReceiveAsync(request.AsMemory(length), _stop.Token);
            length += read;
            // TLS, or nothing more.
            if (read == 0 || length == request.Length || request[0] != 'G')
                return null;
        }
        while (!request.AsSpan(0, length).EndsWith("\r\n\r\n"u8));

        var path = Encoding.ASCII.GetString(request, 0, length).Split(' ')[1];
        return ulong.TryParse(path.AsSpan(1), CultureInfo.InvariantCulture, out var seed) ? seed : (ulong)path.Length;
    }

    private async Task WriteAsync(Socket socket, byte[] answer, SeededRandom random)
    {
        var cut = random.OneIn(4) ? random.Below(answer.Length + 1) : answer.Length;
        await SendAsync(socket, answer.AsMemory(0, cut));
        if (cut < answer.Length)
        {
            await Task.Yield();
            await SendAsync(socket, answer.AsMemory(cut));
        }

        if (random.OneIn(20))
            socket.LingerState = new LingerOption(true, 0);
    }

    private async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, _stop.Token)..];
    }
}
