using Akka.Event;
using McpSseActors.Connections;
using McpSseActors.Mcp;
using McpSseActors.Sse;

namespace McpSseActors.Cli.Testing.Wire;

/// <summary>The client's own transports at work for a diagnosis: opens a stream, listens to it, and opens it again.</summary>
internal sealed class DiagnosedClient(StreamOptions options, Allowance allowance, CancellationToken ending) : IDisposable
{
    private const int ChunkSize = 32 * 1024;

    private static readonly TimeSpan MostForLeave = TimeSpan.FromSeconds(1);

    private readonly McpEras _eras = new();
    private McpState? _state;
    private IEventTransport? _transport;
    private Task<Chunk>? _reading;

    /// <summary>What it is waiting for.</summary>
    public Wait Waiting { get; private set; } = new("connecting", allowance.Left, allowance.Time.GetTimestamp());

    /// <summary>What an MCP server said of itself.</summary>
    public McpStatus Mcp { get; private set; } = new();

    /// <summary>Opens the stream, instead of the one that is open.</summary>
    /// <param name="transport">How to speak to the server.</param>
    /// <param name="lastEventId">The ID to resume after; empty for none.</param>
    /// <param name="what">What is waited for, in words.</param>
    public async Task<Opening> OpenAsync(string transport, string lastEventId, string what)
    {
        Drop();
        _state ??= new McpState(options.Name, options.Mcp, NoLogger.Instance, status => Mcp = status);
        var time = allowance.Time;
        var limit = allowance.Share(1.0 / 3, options.ConnectionTimeout);
        var tap = new ConnectionTap(time);
        var spoken = options with { Transport = transport };
        _transport = McpTransports.Create(spoken with { Tap = tap }, _state, _eras);
        Waiting = new Wait(what, limit, time.GetTimestamp());
        using var due = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, ending);
        try
        {
            var outcome = await _transport.OpenAsync(new OpenRequest(new Uri(options.ServerUrl), new StreamPosition(lastEventId)), either.Token).ConfigureAwait(false);
            return new Opening(spoken, tap, outcome, Waiting.Elapsed(time));
        }
        catch (OperationCanceledException) when (!ending.IsCancellationRequested)
        {
            return new Opening(spoken, tap, null, limit);
        }
    }

    /// <summary>A stream that was just opened.</summary>
    public Heard Begin() => new(allowance.Time);

    /// <summary>Listens until it is enough, the time is up or the user ends it. Gives why the stream ended; null when it did not.</summary>
    public async Task<string?> HearAsync(Heard heard, Func<bool> isEnough, TimeSpan limit, string what)
    {
        var time = allowance.Time;
        Waiting = new Wait(what, limit, time.GetTimestamp());
        while (!isEnough())
        {
            // A read that is cancelled would break the connection: what is not done in time is waited for the next time.
            _reading ??= _transport!.ReadAsync(ChunkSize, CancellationToken.None).AsTask();
            if (!await _reading.IsDoneWithinAsync(Waiting.Left(time), time, ending).ConfigureAwait(false))
                return null;
            var read = _reading;
            _reading = null;
            if (read.Exception?.InnerException is { } fault)
                return Opening.Say(NetworkFault.Describe(fault, new Uri(options.ServerUrl)));
            var chunk = await read.ConfigureAwait(false);
            if (chunk.IsEnd)
                return "the server ended the stream";
            heard.Take(chunk);
        }

        return null;
    }

    /// <summary>Tells a server with sessions that this one is over.</summary>
    public async Task LeaveAsync()
    {
        using var due = new CancellationTokenSource(MostForLeave, allowance.Time);
        try
        {
            await _transport!.CloseAsync(due.Token).ConfigureAwait(false);
        }
        catch (Exception unheard) when (unheard is OperationCanceledException or HttpRequestException or IOException)
        {
            // It finds out by itself.
        }
    }

    public void Dispose() => Drop();

    private void Drop()
    {
        _transport?.Dispose();
        // What was still being read fails now, and nobody waits for it.
        _reading?.ContinueWith(static late => late.Exception, TaskScheduler.Default);
        _reading = null;
    }
}

/// <summary>What is waited for.</summary>
/// <param name="What">In words.</param>
/// <param name="Limit">How long at the most.</param>
/// <param name="Since">Since when, as the clock's timestamp.</param>
internal sealed record Wait(string What, TimeSpan Limit, long Since)
{
    public TimeSpan Elapsed(TimeProvider time) => time.GetElapsedTime(Since);

    public TimeSpan Left(TimeProvider time) => Limit - Elapsed(time) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
