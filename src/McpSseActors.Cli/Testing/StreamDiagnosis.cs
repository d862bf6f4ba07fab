using System.Threading.Channels;
using Akka.Event;
using McpSseActors.Cli.Testing.Reports;
using McpSseActors.Cli.Testing.Steps;
using McpSseActors.Cli.Testing.Wire;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Mcp;
using McpSseActors.Messages;

namespace McpSseActors.Cli.Testing;

/// <summary>
/// Diagnoses one stream with the client's own transports: opens it, listens, and comes back once to see whether it resumes. What it finds can
/// be read while it works.
/// </summary>
internal sealed class StreamDiagnosis
{
    private const int ChunkSize = 32 * 1024;

    private static readonly TimeSpan MostForEndpoint = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostForResume = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MostForLeave = TimeSpan.FromSeconds(1);

    private readonly StreamOptions _options;
    private readonly DiagnosisSettings _settings;
    private readonly Allowance _allowance;
    private readonly CancellationToken _ending;
    private readonly Scrubber _scrubber;
    private readonly McpState _state;
    private readonly McpEras _eras = new();
    private readonly Channel<DiagnosisStep> _steps = Channel.CreateUnbounded<DiagnosisStep>();
    private readonly List<DiagnosisStep> _done = [];
    private McpStatus _mcp = new();
    private IEventTransport? _transport;
    private Task<Chunk>? _reading;

    private StreamDiagnosis(StreamOptions options, DiagnosisSettings settings, Allowance allowance, CancellationToken ending)
    {
        _options = options;
        _settings = settings;
        _allowance = allowance;
        _ending = ending;
        _scrubber = new Scrubber(options);
        _state = new McpState(options.Name, options.Mcp, NoLogger.Instance, status => _mcp = status);
        Waiting = new Wait("connecting", allowance.Left, allowance.Time.GetTimestamp());
    }

    /// <summary>Starts a diagnosis, which ends by itself.</summary>
    public static StreamDiagnosis Start(StreamOptions options, DiagnosisSettings settings, Allowance allowance, CancellationToken ending)
    {
        var diagnosis = new StreamDiagnosis(options, settings, allowance, ending);
        _ = Task.Run(diagnosis.RunAsync, CancellationToken.None);
        return diagnosis;
    }

    /// <summary>The stream.</summary>
    public StreamOptions Options => _options;

    /// <summary>The steps as they are done, to their end.</summary>
    public ChannelReader<DiagnosisStep> Steps => _steps.Reader;

    /// <summary>All steps; to be read when there are no more.</summary>
    public IReadOnlyList<DiagnosisStep> Done => _done;

    /// <summary>What it is waiting for.</summary>
    public Wait Waiting { get; private set; }

    /// <summary>The requests of the first connection.</summary>
    public IReadOnlyList<SeenExchange> Exchanges { get; private set; } = [];

    /// <summary>What hides this stream's secrets.</summary>
    public Scrubber Scrubber => _scrubber;

    private async Task RunAsync()
    {
        Exception? fault = null;
        try
        {
            await DiagnoseAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // What is known is known; the rest is told below.
        }
        catch (Exception unexpected)
        {
            fault = unexpected;
        }

        _transport?.Dispose();
        foreach (var name in StepNames.OfEveryStream.Except(_done.Select(step => step.Name)).Where(IsDue).ToList())
            Tell(new DiagnosisStep(name, Verdict.Skip, _ending.IsCancellationRequested ? "interrupted" : "not reached"));
        _steps.Writer.Complete(fault);
    }

    private async Task DiagnoseAsync()
    {
        var (opening, heard) = await FindAsync().ConfigureAwait(false);
        Exchanges = opening.Tap.Exchanges;
        if (!TellOpening(opening) || heard is null)
            return;
        await ListenAsync(opening, heard).ConfigureAwait(false);
        await ResumeAsync(opening, heard).ConfigureAwait(false);
        await LeaveAsync().ConfigureAwait(false);
    }

    // The configured transport; or, where there is a choice, a plain stream first, and then what MCP has.
    private async Task<(Opening Opening, Heard? Heard)> FindAsync()
    {
        var plain = await OpenAsync(_options, "", "connecting").ConfigureAwait(false);
        var heard = plain.IsOpen ? new Heard(_options.MaxEventSize, _allowance.Time) : null;
        if (!_settings.FindsTransport || !(plain.MayBeMcp || await NamesEndpointAsync(heard).ConfigureAwait(false)))
            return (plain, heard);

        var mcp = await OpenAsync(_options with { Transport = McpTransports.Auto }, "", "looking for an MCP server").ConfigureAwait(false);
        return mcp.IsOpen ? (mcp, new Heard(_options.MaxEventSize, _allowance.Time)) : (plain with { IsNoMcp = true }, heard);
    }

    private async Task<Opening> OpenAsync(StreamOptions options, string lastEventId, string what)
    {
        _transport?.Dispose();
        _reading = null;
        var time = _allowance.Time;
        var limit = _allowance.Share(1.0 / 3, options.ConnectionTimeout);
        var tap = new ConnectionTap(time);
        _transport = McpTransports.Create(options with { Tap = tap }, _state, _eras);
        Waiting = new Wait(what, limit, time.GetTimestamp());
        using var due = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, _ending);
        try
        {
            var outcome = await _transport.OpenAsync(new OpenRequest(new Uri(options.ServerUrl), lastEventId), either.Token).ConfigureAwait(false);
            return new Opening(options, tap, outcome, Waiting.Elapsed(time));
        }
        catch (OperationCanceledException) when (!_ending.IsCancellationRequested)
        {
            return new Opening(options, tap, null, limit);
        }
    }

    // HTTP+SSE looks like a plain stream, but for its first event.
    private async Task<bool> NamesEndpointAsync(Heard? heard)
    {
        if (heard is null)
            return false;
        await HearAsync(heard, () => heard.FirstEvent is not null, _allowance.Share(0.1, MostForEndpoint)).ConfigureAwait(false);
        return heard.FirstType == "endpoint";
    }

    private async Task ListenAsync(Opening opening, Heard heard)
    {
        var time = _allowance.Time;
        var wanted = _settings.Events ?? (opening.Options.Transport == McpTransports.Plain ? 1 : 0);
        var limit = _allowance.Share(0.8, _settings.Listen);
        Waiting = new Wait($"listening {Words.Seconds(limit)} for heartbeats", limit, time.GetTimestamp());
        var end = await HearAsync(heard, () => heard is { Beats: >= 3, Ids.Count: not 1 } && heard.Events >= wanted, limit).ConfigureAwait(false);
        if (end is null && heard.Events < wanted)
        {
            Waiting = new Wait(wanted == 1 ? "waiting for the first event" : $"waiting for {wanted} events", _allowance.Left * 0.8, time.GetTimestamp());
            end = await HearAsync(heard, () => heard.Events >= wanted, _allowance.Left * 0.8).ConfigureAwait(false);
        }

        var steps = new EventSteps(_options, heard, _ending.IsCancellationRequested ? 0 : wanted, end, _scrubber.CleanName);
        Tell(steps.FirstByte());
        Tell(steps.FirstEvent());
        Tell(steps.Heartbeat(_settings.Listen > TimeSpan.Zero));
        Tell(steps.Ids());
        Tell(steps.Retry());
        _ending.ThrowIfCancellationRequested();
    }

    private async Task ResumeAsync(Opening opening, Heard heard)
    {
        var resume = new ResumeStep(heard.Ids, _scrubber.CleanName);
        if (resume.Impossible is { } impossible)
        {
            Tell(impossible);
            return;
        }

        var back = await OpenAsync(opening.Options, resume.After, "coming back with Last-Event-ID").ConfigureAwait(false);
        if (!back.IsOpen)
        {
            Tell(DiagnosisStep.Failed(StepNames.Resume, $"the second connection failed: {back.Reason}", back.Time));
            return;
        }

        var again = new Heard(_options.MaxEventSize, _allowance.Time);
        var limit = _allowance.Share(1, MostForResume);
        Waiting = new Wait("waiting for what is replayed", limit, _allowance.Time.GetTimestamp());
        await HearAsync(again, () => again.Ids.Count > 0, limit).ConfigureAwait(false);
        _ending.ThrowIfCancellationRequested();
        Tell(resume.Judge(again, back.Time));
    }

    // A read that is cancelled would break the connection: what is not done in time is waited for the next time.
    private async Task<string?> HearAsync(Heard heard, Func<bool> isEnough, TimeSpan limit)
    {
        var start = _allowance.Time.GetTimestamp();
        while (!isEnough())
        {
            _reading ??= _transport!.ReadAsync(ChunkSize, CancellationToken.None).AsTask();
            if (!await _reading.IsDoneWithinAsync(limit - _allowance.Time.GetElapsedTime(start), _allowance.Time, _ending).ConfigureAwait(false))
                return null;
            var read = _reading;
            _reading = null;
            if (read.Exception?.InnerException is { } fault)
                return Opening.Say(NetworkFault.Describe(fault, new Uri(_options.ServerUrl)));
            var chunk = await read.ConfigureAwait(false);
            if (chunk.IsEnd)
                return "the server ended the stream";
            heard.Take(chunk);
        }

        return null;
    }

    // An MCP server with sessions is told that this one is over.
    private async Task LeaveAsync()
    {
        using var due = new CancellationTokenSource(MostForLeave, _allowance.Time);
        try
        {
            await _transport!.CloseAsync(due.Token).ConfigureAwait(false);
        }
        catch (Exception unheard) when (unheard is OperationCanceledException or HttpRequestException or IOException)
        {
            // It finds out by itself.
        }
    }

    private bool TellOpening(Opening opening)
    {
        foreach (var look in Looks(opening))
        {
            if (look() is not { } step)
                continue;
            Tell(step);
            if (step.Verdict is Verdict.Fail)
                return false;
        }

        return true;
    }

    private IEnumerable<Func<DiagnosisStep?>> Looks(Opening opening) =>
    [
        () => WaySteps.Setup(opening),
        () => WaySteps.Proxy(opening),
        () => WaySteps.Dns(opening),
        () => WaySteps.Tcp(opening),
        () => WaySteps.Tls(opening),
        () => CertificateStep.Of(opening, _allowance.Time.GetUtcNow()),
        () => AnswerSteps.Http(opening),
        () => AnswerSteps.Headers(opening),
        () => AnswerSteps.ContentType(opening),
        () => AnswerSteps.Transport(opening, Spoken(opening)),
    ];

    private string Spoken(Opening opening) => opening.Options.Transport == McpTransports.Plain
        ? "plain SSE"
        : $"MCP {_mcp.ProtocolVersion} by {_mcp.Transport}, with {(_mcp.Server.Length > 0 ? _mcp.Server : "a server without a name")}: {_mcp.TransportReason}";

    private void Tell(DiagnosisStep step)
    {
        var clean = _scrubber.Clean(step);
        _done.Add(clean);
        _steps.Writer.TryWrite(clean);
    }

    private bool IsDue(string step) => step != StepNames.Certificate || _options.ServerUrl.StartsWith(Uri.UriSchemeHttps + ":", StringComparison.OrdinalIgnoreCase);
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
