using McpSseActors.Diagnostics;

namespace McpSseActors.Cli.Testing.Wire;

/// <summary>The client's own transports at work for a diagnosis: opens a stream, listens to it, and opens it again.</summary>
internal sealed class DiagnosedClient : IDisposable
{
    private static readonly TimeSpan MostForLeave = TimeSpan.FromSeconds(1);

    private readonly StreamOptions _options;
    private readonly Allowance _allowance;
    private readonly CancellationToken _ending;
    private readonly DiagnosisPort _port;

    public DiagnosedClient(StreamOptions options, Allowance allowance, CancellationToken ending)
    {
        _options = options;
        _allowance = allowance;
        _ending = ending;
        _port = new DiagnosisPort(options, status => Mcp = status);
        Waiting = new Wait("connecting", allowance.Left, allowance.Time.GetTimestamp());
    }

    /// <summary>What it is waiting for.</summary>
    public Wait Waiting { get; private set; }

    /// <summary>What an MCP server said of itself.</summary>
    public McpStatus Mcp { get; private set; } = new();

    /// <summary>Opens the stream, instead of the one that is open.</summary>
    /// <param name="transport">How to speak to the server.</param>
    /// <param name="lastEventId">The ID to resume after; empty for none.</param>
    /// <param name="what">What is waited for, in words.</param>
    public async Task<Opening> OpenAsync(StreamTransport transport, string lastEventId, string what)
    {
        var time = _allowance.Time;
        var limit = _allowance.Share(1.0 / 3, _options.ConnectionTimeout);
        var tap = new ConnectionTap(time);
        var spoken = _options with { Transport = transport, ConnectionTimeout = limit };
        Waiting = new Wait(what, limit, time.GetTimestamp());
        using var due = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, _ending);
        try
        {
            var result = await _port.OpenAsync(spoken, lastEventId, tap.Attach, either.Token).ConfigureAwait(false);
            return new Opening(spoken, tap, result, Waiting.Elapsed(time));
        }
        catch (OperationCanceledException) when (!_ending.IsCancellationRequested)
        {
            return new Opening(spoken, tap, null, limit);
        }
    }

    /// <summary>Hides what is secret in words of the server.</summary>
    public string Redact(string text) => _port.Redact(text);

    /// <summary>A stream that was just opened.</summary>
    public Heard Begin() => new(_port, _allowance.Time);

    /// <summary>Listens until it is enough, the time is up or the user ends it. Gives why the stream ended; null when it did not.</summary>
    public async Task<string?> HearAsync(Heard heard, Func<bool> isEnough, TimeSpan limit, string what)
    {
        var time = _allowance.Time;
        Waiting = new Wait(what, limit, time.GetTimestamp());
        string? end = null;
        // A read that is cancelled would break the connection: what is not done in time is waited for the next time.
        while (end is null && !isEnough() && await _port.ReadAsync().IsDoneWithinAsync(Waiting.Left(time), time, _ending).ConfigureAwait(false))
        {
            end = _port.Decode(heard);
            if (end is null && _options.Transport == StreamTransport.Events)
                heard.SettleSubscription();
        }

        return end;
    }

    /// <summary>Tells a server with sessions that this one is over.</summary>
    public async Task LeaveAsync()
    {
        using var due = new CancellationTokenSource(MostForLeave, _allowance.Time);
        try
        {
            await _port.CloseAsync(due.Token).ConfigureAwait(false);
        }
        catch (Exception unheard) when (unheard is OperationCanceledException or HttpRequestException or IOException)
        {
            // It finds out by itself.
        }
    }

    public void Dispose() => _port.Dispose();
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
