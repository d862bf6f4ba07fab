using System.Net;
using System.Net.Sockets;
using McpSseActors.TestServer.Scripted;

namespace McpSseActors.TestServer.Faults;

/// <summary>
/// A server on a real socket that makes events at a steady rate, resumes after <c>Last-Event-ID</c>, and lets a fault befall its client every
/// so often.
/// </summary>
public sealed class FaultServer
{
    public const string EventsPath = "/events";

    /// <summary>From here the client is sent back to the events.</summary>
    public const string DetourPath = "/detour";

    private const int MostEventsAtOnce = 200;
    private static readonly TimeSpan LookForEvents = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(250);

    private readonly EndlessEvents _events;
    private readonly FaultState _faults;
    private readonly Production _production;
    private readonly SeededRandom _seeds;
    private readonly int _port;
    private TcpListener _listener;
    private int _connections;

    public FaultServer(FaultServerSettings settings)
    {
        _events = new EndlessEvents(settings.Seed);
        _faults = new FaultState(settings);
        _production = new Production(settings.Rate);
        _seeds = new SeededRandom(settings.Seed + 1);
        _listener = Ports.ListenOnFree();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public FaultServerStatus Status => new(
        _port, _production.Newest, Volatile.Read(ref _connections), _faults.Counts(), _faults.AreOver);

    /// <summary>Makes no more events and no more faults; what there is, is still sent.</summary>
    public void Finish()
    {
        _production.Stop();
        _faults.Stop();
    }

    public async Task RunAsync(CancellationToken stop)
    {
        _ = _faults.DealAsync(stop);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(stop);
                client.NoDelay = true;
                _ = ServeAsync(client, stop);
            }
            catch (Exception closed) when (closed is SocketException or InvalidOperationException)
            {
                // The listener was closed to refuse connections.
                await Task.Delay(LookForEvents, stop);
            }
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        using (client)
        {
            Interlocked.Increment(ref _connections);
            try
            {
                var stream = client.GetStream();
                var exchange = new Exchange(client, stream, await Request.ReadAsync(stream, stop), stop);
                await AnswerAsync(new FaultExchange(exchange, _events, new SeededRandom(_seeds.Next())));
            }
            catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The client left.
            }
        }
    }

    private async Task AnswerAsync(FaultExchange exchange)
    {
        if (exchange.Path == DetourPath)
        {
            await exchange.AnswerAsync("307 Temporary Redirect", $"Location: {EventsPath}\r\n");
            return;
        }

        var asked = exchange.Position;
        if (exchange.Path != EventsPath || !await _faults.StrikeAnswerAsync(exchange))
        {
            _production.Sent(exchange.Position);
            return;
        }

        // A replay further back than the client's window would be this server's fault.
        exchange.Position = Math.Max(0, Math.Max(exchange.Position, Math.Min(asked, _production.HighestSent - Faults.LongestReplay)));
        await exchange.OpenAsync(chunked: exchange.Random.OneIn(2));
        await StreamAsync(exchange);
    }

    private async Task StreamAsync(FaultExchange exchange)
    {
        var idle = TimeSpan.Zero;
        while (true)
        {
            if (_faults.TakeDue() is { } fault)
            {
                if (await StrikeAsync(fault, exchange))
                    continue;
                return;
            }

            var newest = _production.Newest;
            if (exchange.Position < newest)
            {
                await exchange.SendEventsAsync(Math.Min(newest, exchange.Position + MostEventsAtOnce));
                _production.Sent(exchange.Position);
                idle = TimeSpan.Zero;
                continue;
            }

            await Task.Delay(LookForEvents, exchange.Stopped);
            idle += LookForEvents;
            if (idle < Heartbeat)
                continue;
            await exchange.SendAsync(": heartbeat\n");
            idle = TimeSpan.Zero;
        }
    }

    private async Task<bool> StrikeAsync(Fault fault, FaultExchange exchange)
    {
        var goesOn = await _faults.StrikeStreamAsync(fault, exchange);
        _production.Sent(exchange.Position);
        if (fault.RefuseFor > TimeSpan.Zero)
            _ = RefuseAsync(fault.RefuseFor, exchange.Stopped);
        return goesOn;
    }

    private async Task RefuseAsync(TimeSpan time, CancellationToken stop)
    {
        _listener.Stop();
        await Task.Delay(time, stop);
        _listener = Ports.ListenOn(_port);
    }
}
