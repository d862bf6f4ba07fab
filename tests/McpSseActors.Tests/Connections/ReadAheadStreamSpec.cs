using System.Net.Sockets;
using CsCheck;
using McpSseActors.Connections;

namespace McpSseActors.Tests.Connections;

/// <summary>A connection between two sockets, one of which reads ahead.</summary>
public sealed class ReadAheadStreamSpec : IAsyncLifetime
{
    private const int Iterations = 300;

    private Socket _server = null!;
    private NetworkStream _connection = null!;
    private ReadAheadStream _stream = null!;

    public async Task InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndpoint);
        _server = await listener.AcceptSocketAsync();
        _connection = new NetworkStream(client, ownsSocket: true);
        _stream = new ReadAheadStream(_connection);
    }

    public async Task DisposeAsync()
    {
        _server.Dispose();
        await _stream.DisposeAsync();
    }

    [Fact]
    public async Task Should_read_ahead_what_has_arrived_when_reads_are_short()
    {
        await SendAsync(20_000);

        await ReadAsync(100);
        _connection.Socket.Available.ShouldBe(19_900);
        await ReadAsync(100);
        _connection.Socket.Available.ShouldBe(0);

        await ReadAsync(4_000);
        (await _stream.ReadAsync(Memory<byte>.Empty)).ShouldBe(0, "there is more");
        await ReadAsync(20_000, expected: 15_800);
    }

    [Fact]
    public async Task Should_not_read_ahead_when_long_reads_come_between()
    {
        await SendAsync(40_000);

        await ReadAsync(100);
        await ReadAsync(16 * 1024);
        await ReadAsync(100);

        _connection.Socket.Available.ShouldBe(40_000 - 200 - (16 * 1024));
    }

    [Fact]
    public async Task Should_give_what_was_read_ahead_and_then_wait_for_more_until_the_end()
    {
        await SendAsync(5_000);
        await ReadAsync(10);
        await ReadAsync(10);

        await ReadAsync(10_000, expected: 4_980);
        var next = _stream.ReadAsync(new byte[100]);
        next.IsCompleted.ShouldBeFalse();
        await _server.SendAsync("x"u8.ToArray());
        (await next).ShouldBe(1);
        _server.Shutdown(SocketShutdown.Send);
        (await _stream.ReadAsync(new byte[100])).ShouldBe(0);
    }

    [Fact]
    public async Task Should_tell_of_a_broken_connection_after_what_was_read_ahead()
    {
        await SendAsync(5_000);
        await ReadAsync(10);
        await ReadAsync(10);
        _server.Close(timeout: 0);

        await ReadAsync(10_000, expected: 4_980);
        await Should.ThrowAsync<IOException>(() => ReadAsync(100));
    }

    [Fact]
    public Task Should_write_through() => Task.Run(async () =>
    {
        await _stream.WriteAsync("ab"u8.ToArray());
        _stream.Write("cd"u8);
        await _stream.FlushAsync();

        var received = new byte[4];
        for (var length = 0; length < 4;)
            length += await _server.ReceiveAsync(received.AsMemory(length));
        received.ShouldBe("abcd"u8.ToArray());
    });

    [Fact]
    public Task Should_give_every_byte_in_order_whatever_is_read_at_a_time() =>
        Gen.Select(Gen.Int[1, 200_000], Gen.OneOf(Gen.Int[0, 5_000], Gen.Int[10_000, 90_000]).Array[1, 20], Gen.Bool).SampleAsync(
            async (length, sizes, isAsync) =>
            {
                var sent = Pattern(length);
                var sending = _server.SendAsync(sent);
                var received = new byte[length];
                for (var (at, read) = (0, 0); at < length; read++)
                {
                    var most = received.AsMemory(at, Math.Min(Math.Max(sizes[read % sizes.Length], read % sizes.Length == 0 ? 1 : 0), length - at));
                    at += isAsync || most.Length == 0 ? await _stream.ReadAsync(most) : _stream.Read(most.Span);
                }

                await sending;
                received.ShouldBe(sent);
            },
            iter: Iterations,
            threads: 1);

    // Waits until it has arrived.
    private async Task SendAsync(int length)
    {
        await _server.SendAsync(Pattern(length));
        await Eventually.HoldsAsync(() => _connection.Socket.Available.ShouldBe(length));
    }

    private async Task ReadAsync(int length, int? expected = null) =>
        (await _stream.ReadAsync(new byte[length])).ShouldBe(expected ?? length);

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(index => (byte)(index % 251))];
}
