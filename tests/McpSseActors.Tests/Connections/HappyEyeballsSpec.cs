using System.Diagnostics;
using System.Net.Sockets;
using McpSseActors.Connections;

namespace McpSseActors.Tests.Connections;

/// <summary>A name with several addresses, some of which are dead (RFC 8305).</summary>
[Trait("Category", "FaultMatrix")]
public sealed class HappyEyeballsSpec : IDisposable
{
    // All of 127/8 is this machine.
    private static readonly IPAddress Good = IPAddress.Loopback;
    private static readonly IPAddress Dead = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Refusing = IPAddress.Parse("127.0.0.3");
    private static readonly IPAddress Unreachable = IPAddress.Broadcast;

    private readonly TcpListener _server = new(Good, 0);
    private readonly List<Socket> _sockets = [];
    private readonly ConcurrentQueue<(IPAddress Address, string Outcome)> _outcomes = new();

    public HappyEyeballsSpec() => _server.Start();

    private int Port => ((IPEndPoint)_server.LocalEndpoint).Port;

    public void Dispose()
    {
        _server.Dispose();
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    [Fact]
    public async Task Should_connect_to_the_next_address_when_the_first_never_answers()
    {
        Kill(Dead);
        var start = Stopwatch.GetTimestamp();

        await using var connected = await ConnectAsync(Dead, Good);

        Peer(connected).ShouldBe(Good);
        Stopwatch.GetElapsedTime(start).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(200));
        _outcomes.ShouldBe([(Good, "connected"), (Dead, "no answer")]);
    }

    [Fact]
    public async Task Should_not_wait_when_an_address_refuses()
    {
        Kill(Dead);

        await using var connected = await ConnectAsync(Refusing, Good, Dead);

        Peer(connected).ShouldBe(Good);
        _outcomes.Select(outcome => outcome.Address).ShouldBe([Refusing, Good]);
    }

    [Fact]
    public async Task Should_take_only_the_first_when_it_answers()
    {
        await using var connected = await ConnectAsync(Good, Refusing);

        _outcomes.ShouldBe([(Good, "connected")]);
    }

    [Fact]
    public async Task Should_keep_the_words_of_one_address_when_all_fail_for_the_same_reason() =>
        (await Should.ThrowAsync<SocketException>(() => ConnectAsync(Refusing, IPAddress.Parse("127.0.0.4")))).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);

    [Fact]
    public async Task Should_name_each_address_when_they_fail_for_different_reasons()
    {
        var fault = await Should.ThrowAsync<NoAddressException>(() => ConnectAsync(Refusing, Unreachable));

        fault.Message.ShouldContain("127.0.0.3: Connection refused");
        fault.Message.ShouldContain("255.255.255.255: ");
    }

    [Fact]
    public async Task Should_end_when_it_is_cancelled()
    {
        Kill(Dead);
        using var cancellation = new CancellationTokenSource();
        var connecting = new HappyEyeballs().ConnectAsync([Dead], Port, cancellation.Token);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    public void Should_let_the_families_take_turns()
    {
        IPAddress[] addresses = [.. new[] { "::1", "::2", "::3", "127.0.0.1", "127.0.0.2" }.Select(IPAddress.Parse)];

        HappyEyeballs.Interleave(addresses).Select(address => address.ToString()).ShouldBe(["::1", "127.0.0.1", "::2", "127.0.0.2", "::3"]);
        HappyEyeballs.Interleave([]).ShouldBeEmpty();
    }

    private Task<Stream> ConnectAsync(params IPAddress[] addresses) =>
        Within.LimitAsync(new HappyEyeballs((address, outcome) => _outcomes.Enqueue((address, outcome))).ConnectAsync(addresses, Port, CancellationToken.None));

    private static IPAddress Peer(Stream connected) => ((IPEndPoint)((NetworkStream)connected).Socket.RemoteEndPoint!).Address;

    // The queue of connections that nobody accepts is full: the system drops what else comes.
    private void Kill(IPAddress address)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(listener);
        listener.Bind(new IPEndPoint(address, Port));
        listener.Listen(0);
        for (var i = 0; i < 8; i++)
        {
            var filler = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _sockets.Add(filler);
            try
            {
                filler.Connect(new IPEndPoint(address, Port));
            }
            catch (SocketException pending) when (pending.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // It never will be.
            }
        }
    }
}
