using McpSseActors.TestServer.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.TestServer.Demo;

/// <summary>
/// A Server-Sent Events server on the loopback interface that makes up events, replays them by <c>Last-Event-ID</c>, and misbehaves as its
/// <see cref="DropPlan"/> says. Disposing it ends everything it started.
/// </summary>
public sealed class DemoServer : IAsyncDisposable
{
    private readonly DemoServerOptions _options;
    private readonly Action<ServerActivity>? _watch;
    private readonly EventLog _log;
    private readonly WebApplication _web;
    private readonly Gate _gate;
    private readonly CancellationTokenSource _stopProducing = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly TaskCompletionSource _firstClient = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _producing = Task.CompletedTask;
    private Task _ticking = Task.CompletedTask;

    private DemoServer(DemoServerOptions options, Action<ServerActivity>? watch)
    {
        _options = options;
        _watch = watch;
        _log = new EventLog(options.ReplayBuffer, options.IdPrefix);
        _gate = new Gate(options.AuthKey, Tell);
        _web = LoopbackWeb.Build(options.Port, http => http.AnswerEventsAsync(StreamAsync));
    }

    /// <summary>Where the events are.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>How many events there are so far.</summary>
    public long Produced => _log.Newest;

    /// <summary>The same by type.</summary>
    public IReadOnlyDictionary<string, long> ProducedByType => _log.CountsByType();

    /// <summary>How many connections were accepted.</summary>
    public int Connections => _gate.Accepted;

    /// <summary>How many connections the server cut.</summary>
    public int Aborts { get; private set; }

    /// <summary>The ID of the newest event; null when there is none.</summary>
    public string? LastEventId => _log.After(_log.Newest - 1).Next?.Id;

    /// <summary>Starts a server; it listens when the task has ended.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="watch">Told of everything that the server does; called from several threads.</param>
    public static async Task<DemoServer> StartAsync(DemoServerOptions options, Action<ServerActivity>? watch = null)
    {
        var server = new DemoServer(options, watch);
        try
        {
            server.Url = new Uri(await server._web.ListenAsync(options.Port).ConfigureAwait(false), "/events");
        }
        catch (PortTakenException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        server._producing = server.ProduceAsync();
        server._ticking = server.TickAsync();
        return server;
    }

    /// <summary>Makes no more events; connections stay open.</summary>
    public async Task StopProducingAsync()
    {
        await _stopProducing.CancelAsync().ConfigureAwait(false);
        await _producing.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopProducingAsync().ConfigureAwait(false);
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _ticking.ConfigureAwait(false);
        await _web.DisposeAsync().ConfigureAwait(false);
        _stopProducing.Dispose();
        _disposed.Dispose();
    }

    private async Task StreamAsync(HttpContext http)
    {
        if (!await _gate.LetInAsync(http).ConfigureAwait(false))
            return;

        var connection = _gate.Enter();
        var drop = _options.Drops.Of(connection);
        var position = PositionFor(http, connection);
        _firstClient.TrySetResult();
        // A client that hangs on must not hold up the end of the server.
        using var closing = _disposed.Token.Register(http.Abort);
        try
        {
            await new DemoConnection(http, _log, _options, drop).RunAsync(position).ConfigureAwait(false);
            // First, or the client might be back before.
            _gate.Refuse(drop!.ThenRefuse);
            Aborts++;
            Tell(new(ServerActivityKind.Aborted, connection, $"connection {connection} cut {(drop.MidEvent ? "in the middle of an event" : "between two events")}"));
            http.Abort();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            Tell(new(ServerActivityKind.Left, connection, $"connection {connection} closed by the client"));
        }
    }

    private long PositionFor(HttpContext http, int connection)
    {
        var newest = _log.Newest;
        var lastEventId = http.Request.Headers["Last-Event-ID"].ToString();
        if (lastEventId.Length > 0 && _log.PositionOf(lastEventId) is { } known)
        {
            Tell(new(ServerActivityKind.Resumed, connection, $"connection {connection} resumes after {lastEventId}, {newest - known} to replay", lastEventId));
            return known;
        }

        Tell(new(ServerActivityKind.Accepted, connection, $"connection {connection} accepted", lastEventId.Length > 0 ? lastEventId : null));
        return _options.ReplayToNewClients ? 0 : newest;
    }

    private async Task ProduceAsync()
    {
        try
        {
            if (_options.WaitForClient)
                await _firstClient.Task.WaitAsync(_stopProducing.Token).ConfigureAwait(false);
            var samples = new SampleEvents(_options.Seed);
            await new EventProducer(
                _log, _options.Rate, _options.Events, number => number == _options.Events ? SampleEvents.Farewell() : samples.Next(number), _options.Time)
                .RunAsync(_stopProducing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ended before the first client came.
        }
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(_options.Heartbeat, _options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_disposed.Token).ConfigureAwait(false))
                _log.Wake();
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private void Tell(ServerActivity activity)
    {
        if (!_disposed.IsCancellationRequested)
            _watch?.Invoke(activity);
    }
}
