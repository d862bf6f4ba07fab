using System.Collections.Concurrent;
using McpSseActors.TestServer.Recording;
using McpSseActors.TestServer.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.TestServer.Replay;

/// <summary>
/// Serves a recording: each connection as it was recorded, including its end; a client that reconnects continues. A client without a known <c>Last-Event-ID</c> begins at
/// the beginning. Behind the end there is nothing more: 204, at which a client stops.
/// </summary>
public sealed class ReplayServer : IAsyncDisposable
{
    // How long a client that was cut may take to read what came before.
    private static readonly TimeSpan LongestLeave = TimeSpan.FromSeconds(1);

    private readonly RecordingFile _recording;
    private readonly ReplayOptions _options;
    private readonly Action<ServerActivity>? _watch;
    private readonly WebApplication _web;
    private readonly Gate _gate;
    private readonly CancellationTokenSource _disposed = new();

    // Who was left with an ID, or with none, and the connection that comes next for him. One entry for each end of the recording at the most.
    private readonly ConcurrentDictionary<string, int> _next = new(StringComparer.Ordinal);

    private ReplayServer(RecordingFile recording, ReplayOptions options, Action<ServerActivity>? watch)
    {
        _recording = recording;
        _options = options;
        _watch = watch;
        _gate = new Gate(options.AuthKey, Tell);
        _web = LoopbackWeb.Build(options.Port, http => http.AnswerEventsAsync(StreamAsync));
    }

    /// <summary>Where the events are.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>How many connections were accepted.</summary>
    public int Connections => _gate.Accepted;

    /// <summary>Starts a server; it listens when the task has ended.</summary>
    /// <param name="recording">What is served.</param>
    /// <param name="options">How.</param>
    /// <param name="watch">Told of everything that the server does; called from several threads.</param>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public static async Task<ReplayServer> StartAsync(RecordingFile recording, ReplayOptions options, Action<ServerActivity>? watch = null)
    {
        var server = new ReplayServer(recording, options, watch);
        try
        {
            server.Url = new Uri(await server._web.ListenAsync(options.Port).ConfigureAwait(false), "/events");
            return server;
        }
        catch (PortTakenException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _web.DisposeAsync().ConfigureAwait(false);
        _disposed.Dispose();
    }

    private async Task StreamAsync(HttpContext http)
    {
        if (!await _gate.LetInAsync(http).ConfigureAwait(false))
            return;

        var number = _gate.Enter();
        var lastEventId = http.Request.Headers["Last-Event-ID"].ToString();
        var position = PositionFor(lastEventId, number);
        if (position.Connection >= _recording.Connections.Length)
        {
            Tell(new(ServerActivityKind.Ended, number, $"connection {number} answered with 204: the recording is at its end"));
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        // A client that hangs on must not hold up the end of the server.
        using var closing = _disposed.Token.Register(http.Abort);
        try
        {
            var end = await new ReplayConnection(http, _recording, _options, lastEventId)
                .RunAsync(position, over => _next[over.LastEventId] = over.Next).ConfigureAwait(false);
            Tell(end.How is RecordedEnd.Lost
                ? new(ServerActivityKind.Aborted, number, $"connection {number} cut, as it was recorded")
                : new(ServerActivityKind.Ended, number, $"connection {number} ended, as it was recorded"));
            if (end.How is not RecordedEnd.Lost)
                return;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _disposed.Token);
            await Task.Delay(LongestLeave, _options.Time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            http.Abort();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            Tell(new(ServerActivityKind.Left, number, $"connection {number} closed by the client"));
        }
    }

    private ReplayPosition PositionFor(string lastEventId, int number)
    {
        var start = new ReplayPosition(0, 0, TimeSpan.Zero);
        var found = _next.TryRemove(lastEventId, out var next) ? start with { Connection = next } : lastEventId.Length > 0 ? ResumeSearch.Find(_recording, lastEventId) : null;
        if (found is null)
        {
            Tell(new(ServerActivityKind.Accepted, number, $"connection {number} accepted", lastEventId.Length > 0 ? lastEventId : null));
            return start;
        }

        Tell(new(ServerActivityKind.Resumed, number, $"connection {number} resumes{(lastEventId.Length > 0 ? $" after {lastEventId}" : "")}", lastEventId));
        return found.Connection >= _recording.Connections.Length && _options.Loop ? start : found;
    }

    private void Tell(ServerActivity activity)
    {
        if (!_disposed.IsCancellationRequested)
            _watch?.Invoke(activity);
    }
}
