using System.Threading.Channels;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Testing.Steps;
using McpSseActors.Cli.Testing.Wire;

namespace McpSseActors.Cli.Testing;

/// <summary>
/// Diagnoses one stream: opens it, listens, and comes back once to see whether it resumes. What it finds can be read while it works.
/// </summary>
internal sealed class StreamDiagnosis
{
    private const int LongestName = 40;

    private static readonly TimeSpan MostForEndpoint = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostForResume = TimeSpan.FromSeconds(5);

    private readonly DiagnosisSettings _settings;
    private readonly Allowance _allowance;
    private readonly CancellationToken _ending;
    private readonly DiagnosedClient _client;
    private readonly Channel<DiagnosisStep> _steps = Channel.CreateUnbounded<DiagnosisStep>();
    private readonly List<DiagnosisStep> _done = [];

    private StreamDiagnosis(StreamOptions options, DiagnosisSettings settings, Allowance allowance, CancellationToken ending)
    {
        Options = options;
        _settings = settings;
        _allowance = allowance;
        _ending = ending;
        _client = new DiagnosedClient(options, allowance, ending);
    }

    /// <summary>Starts a diagnosis, which ends by itself.</summary>
    public static StreamDiagnosis Start(StreamOptions options, DiagnosisSettings settings, Allowance allowance, CancellationToken ending)
    {
        var diagnosis = new StreamDiagnosis(options, settings, allowance, ending);
        _ = Task.Run(diagnosis.RunAsync, CancellationToken.None);
        return diagnosis;
    }

    /// <summary>The stream.</summary>
    public StreamOptions Options { get; }

    /// <summary>The steps as they are done, to their end.</summary>
    public ChannelReader<DiagnosisStep> Steps => _steps.Reader;

    /// <summary>All steps, complete once the diagnosis has ended.</summary>
    public IReadOnlyList<DiagnosisStep> Done => _done;

    /// <summary>What it is waiting for.</summary>
    public Wait Waiting => _client.Waiting;

    /// <summary>The requests of the first connection.</summary>
    public IReadOnlyList<SeenExchange> Exchanges { get; private set; } = [];

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

        _client.Dispose();
        foreach (var name in StepNames.OfEveryStream.Except(_done.Select(step => step.Name)).Where(IsDue).ToList())
            Tell(new DiagnosisStep(name, Verdict.Skip, _ending.IsCancellationRequested ? "interrupted" : "not reached"));
        _steps.Writer.Complete(fault);
    }

    private async Task DiagnoseAsync()
    {
        var (opening, heard) = await FindAsync().ConfigureAwait(false);
        Exchanges = [.. opening.Tap.Exchanges.Select(exchange => exchange.Redacted(_client.Redact))];
        if (!TellOpening(opening))
            return;
        await ListenAsync(opening, heard).ConfigureAwait(false);
        await ResumeAsync(opening, heard).ConfigureAwait(false);
        await _client.LeaveAsync().ConfigureAwait(false);
    }

    // The configured transport; or, where there is a choice, a plain stream first, and then what MCP has.
    private async Task<(Opening Opening, Heard Heard)> FindAsync()
    {
        var first = await _client.OpenAsync(Options.Transport, "", "connecting").ConfigureAwait(false);
        var heard = _client.Begin();
        if (!_settings.FindsTransport || !(first.MayBeMcp || await NamesEndpointAsync(first, heard).ConfigureAwait(false)))
            return (first, heard);

        var mcp = await _client.OpenAsync(StreamTransport.Auto, "", "looking for an MCP server").ConfigureAwait(false);
        return (mcp.IsOpen ? mcp : first with { IsNoMcp = true }, _client.Begin());
    }

    // HTTP+SSE looks like a plain stream, but for its first event.
    private async Task<bool> NamesEndpointAsync(Opening opening, Heard heard)
    {
        if (opening.IsOpen)
            await _client.HearAsync(heard, () => heard.FirstEvent is not null, _allowance.Share(0.1, MostForEndpoint),
                "waiting for the first event").ConfigureAwait(false);
        return heard.FirstType == "endpoint";
    }

    private async Task ListenAsync(Opening opening, Heard heard)
    {
        var wanted = _settings.Events ?? (opening.Options.Transport == StreamTransport.Sse ? 1 : 0);
        var limit = _allowance.Share(0.8, _settings.Listen);
        var end = await _client.HearAsync(
            heard, () => heard is { Beats: >= 3, Ids.Count: not 1 } && heard.Events >= wanted, limit, $"listening {Words.Seconds(limit)} for heartbeats").ConfigureAwait(false);
        if (end is null && heard.Events < wanted)
        {
            end = await _client.HearAsync(
                heard, () => heard.Events >= wanted, _allowance.Left * 0.8, $"waiting for {Words.Count(wanted, "event")}").ConfigureAwait(false);
        }

        var steps = new EventSteps(opening.Options, heard, _ending.IsCancellationRequested ? 0 : wanted, end, Shown);
        Tell(steps.FirstByte());
        Tell(steps.FirstEvent());
        Tell(steps.Heartbeat(_settings.Listen > TimeSpan.Zero));
        Tell(IsPolled(opening) ? new DiagnosisStep(StepNames.Ids, Verdict.Skip, "polled: answers have cursors, events don't") : steps.Ids());
        Tell(steps.Retry());
        _ending.ThrowIfCancellationRequested();
    }

    private async Task ResumeAsync(Opening opening, Heard heard)
    {
        if (IsPolled(opening))
        {
            Tell(new DiagnosisStep(StepNames.Resume, Verdict.Skip, "not tried: each poll resumes after the one before"));
            return;
        }

        var resume = new ResumeStep(heard.Ids, opening.IsSubscription ? "the cursor" : "Last-Event-ID", Shown);
        if (resume.Impossible is { } impossible)
        {
            Tell(impossible);
            return;
        }

        var back = await _client.OpenAsync(opening.Options.Transport, resume.After, $"coming back with {resume.Position}").ConfigureAwait(false);
        if (!back.IsOpen)
        {
            Tell(DiagnosisStep.Failed(StepNames.Resume, $"the second connection failed: {back.Reason}", back.Time));
            return;
        }

        var again = _client.Begin();
        await _client.HearAsync(again, () => again.Ids.Count > 0, _allowance.Share(1, MostForResume), "waiting for what is replayed").ConfigureAwait(false);
        _ending.ThrowIfCancellationRequested();
        Tell(resume.Judge(again, back.Time));
    }

    private bool TellOpening(Opening opening)
    {
        Func<DiagnosisStep?>[] looks =
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
            () => AnswerSteps.Transport(opening, _client.Mcp),
            () => SubscriptionStep.Of(opening),
        ];
        foreach (var look in looks)
        {
            if (look() is not { } step)
                continue;
            Tell(step);
            if (step.Verdict is Verdict.Fail)
                return false;
        }

        return true;
    }

    private void Tell(DiagnosisStep step)
    {
        var redacted = step.Redacted(_client.Redact);
        _done.Add(redacted);
        _steps.Writer.TryWrite(redacted);
    }

    // Redacted before it is shortened: half a secret is not recognised.
    private string Shown(string name) => _client.Redact(name) is { Length: > LongestName } shown ? shown[..LongestName] + "…" : _client.Redact(name);

    private bool IsPolled(Opening opening) => opening.IsSubscription && _client.Mcp.TransportReason.StartsWith("polled", StringComparison.Ordinal);

    private bool IsDue(string step) => step switch
    {
        StepNames.Certificate => Options.ServerUrl.StartsWith(Uri.UriSchemeHttps + ":", StringComparison.OrdinalIgnoreCase),
        StepNames.Subscription => Options.Transport == StreamTransport.Events,
        _ => true,
    };
}
