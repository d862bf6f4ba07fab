using McpSseActors.Cli.Output;
using McpSseActors.Cli.Testing.Reports;

namespace McpSseActors.Cli.Testing;

/// <summary>Diagnoses streams, all at once, and tells of one after the other.</summary>
internal static class Diagnosis
{
    private static readonly TimeSpan LookAtWait = TimeSpan.FromMilliseconds(250);

    public static async Task<int> RunAsync(CommandContext context, DiagnosisSettings settings)
    {
        var time = context.Environment.Time;
        var report = settings.Report is { } path ? ReportFile.Prepare(path, context.Environment) : null;
        var start = time.GetTimestamp();
        var allowance = new Allowance(settings.Timeout, time);
        var streams = settings.Streams.Streams.Where(stream => stream.Enabled)
            .Select(stream => StreamDiagnosis.Start(stream, settings, allowance, context.Ending)).ToList();
        foreach (var stream in streams)
            await TellAsync(stream, context).ConfigureAwait(false);

        var summary = Summarise(streams, time.GetElapsedTime(start), context.Ending.IsCancellationRequested);
        context.Reporter.Summary(summary);
        if (report is not null)
        {
            var reported = streams.Select(stream => new ReportedStream(stream.Options, stream.Done, stream.Exchanges)).ToList();
            TestReport.Write(report, summary, reported, [], time.GetUtcNow());
            context.Reporter.Note($"report: {settings.Report}");
        }

        return summary.Passed ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task TellAsync(StreamDiagnosis stream, CommandContext context)
    {
        var time = context.Environment.Time;
        context.Reporter.Note($"{stream.Options.Name} at {SecretRedactor.RedactUrl(stream.Options.ServerUrl)}");
        while (true)
        {
            var next = stream.Steps.WaitToReadAsync(CancellationToken.None).AsTask();
            while (!await next.IsDoneWithinAsync(LookAtWait, time, CancellationToken.None).ConfigureAwait(false))
                context.Reporter.Waiting(stream.Waiting.What, stream.Waiting.Left(time));
            if (!await next.ConfigureAwait(false))
                return;
            while (stream.Steps.TryRead(out var step))
                context.Reporter.Step(stream.Options.Name, step);
        }
    }

    private static RunSummary Summarise(List<StreamDiagnosis> streams, TimeSpan took, bool isInterrupted)
    {
        var steps = streams.SelectMany(stream => stream.Done).ToList();
        var failures = streams
            .SelectMany(stream => stream.Done.Where(step => step.Verdict is Verdict.Fail).Select(step => streams.Count == 1 ? step.Name : $"{step.Name} of {stream.Options.Name}"))
            .ToList();
        var held = steps.Count(step => step.Verdict is Verdict.Pass or Verdict.Warn);
        var warned = steps.Count(step => step.Verdict is Verdict.Warn);
        var verdict = failures.Count > 0 ? $"fails at {string.Join(", ", failures)}" : $"{Words.Count(held, "step")} held{(warned > 0 ? $", {warned} of them with advice" : "")}";
        return new RunSummary(
            "test",
            failures.Count == 0,
            isInterrupted ? $"interrupted; {verdict} so far" : verdict,
            [new("duration", took), new("held", held, InVerdict: true), new("warnings", warned, InVerdict: true),
                new("failures", failures.Count, InVerdict: true)],
            []);
    }
}
