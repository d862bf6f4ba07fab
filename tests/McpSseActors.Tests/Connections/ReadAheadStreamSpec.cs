using System.Net.Security;
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
        _connection.Socket.Available.ShouldBe(0);

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
        _connection.Socket.Available.ShouldBe(0);
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
            (length, sizes, isAsync) => Within.LimitAsync(Task.Run(async () =>
            {
                var sent = Pattern(length);
                var sending = _server.SendAsync(sent);
                var received = new byte[length];
                for (var (at, read) = (0, 0); at < length; read++)
                {
                    var size = sizes[read % sizes.Length];
                    var most = received.AsMemory(at, Math.Min(read % sizes.Length == 0 ? size + 1 : size, length - at));
                    at += isAsync || most.Length == 0 ? await _stream.ReadAsync(most) : _stream.Read(most.Span);
                }

                await sending;
                received.AsSpan().SequenceEqual(sent).ShouldBeTrue();
            })),
            iter: Iterations,
            threads: 1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_stand_between_HttpClient_and_a_connection_unless_that_has_TLS(bool hasTls)
    {
        using var certificate = CertificateAuthority.SelfSigned("CN=server");
        await using var server = new ScriptedServer(hasTls ? certificate : null, exchange => exchange.OpenAsync());
        var options = new StreamOptions { Name = "s", ServerUrl = server.Url.ToString(), VerifySsl = false };
        var proxy = new ProxyRoute(options);
        using var handler = HttpHandlers.Create(options, server.Url, proxy, new Dialer(proxy), withSecrets: false);
        var filter = handler.PlaintextStreamFilter!;
        Type? filtered = null;
        handler.PlaintextStreamFilter = async (context, cancellation) =>
        {
            var stream = await filter(context, cancellation);
            filtered = stream.GetType();
            return stream;
        };

        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url);
        using var response = await client.SendAsync(request, CancellationToken.None);

        filtered.ShouldBe(hasTls ? typeof(SslStream) : typeof(ReadAheadStream));
    }

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
