using System.Globalization;
using McpSseActors.TestServer.Web;

namespace McpSseActors.Cli.Output;

/// <summary>Plain lines without colour: for pipes, files and <c>NO_COLOR</c>.</summary>
internal sealed class PlainReporter(TextWriter output, int width = int.MaxValue) : IReporter
{
    private string _awaited = "";

    public void Note(string text) => output.WriteLine(text);

    public void Listening(Uri url) => output.WriteLine($"listening on {url}");

    public void Server(ServerActivity activity) => output.WriteLine($"server: {activity.Text}");

    public void Event(McpEvent received, string? handler, int streamWidth) => output.WriteLine(Lines.Of(received, handler, streamWidth));

    public void State(StreamStateChanged change) => output.WriteLine(Lines.Of(change));

    public void Stats(StreamStats stats)
    {
        output.WriteLine();
        WriteFacts(Lines.Of(stats));
        foreach (var (type, count) in stats.EventsByType)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Lines.OneLine(type)}: {count}"));
    }

    public void Stream(StreamOptions stream) => output.WriteLine(Lines.Of(stream));

    public void EventTypes(McpEventTypes types) => WriteLines(EventTypeLines.Of(types));

    public void EventType(McpEventDialect dialect, McpEventType type, EventExample example) => WriteLines(EventTypeLines.Of(type, example));

    public void DeadLetter(StoredDeadLetter letter, bool withData)
    {
        if (withData)
            WriteFacts(Lines.FactsOf(letter));
        else
            output.WriteLine(Lines.Of(letter));
    }

    public void Fault(ConfigurationFault fault) => output.WriteLine(fault.ToString());

    public void Check(TestCheck check) => output.WriteLine($"{(check.Passed ? "✓" : "✗")} {check.Name}: {Lines.OneLine(check.Detail)}");

    public void Step(string stream, DiagnosisStep step) => WriteLines(StepLines.Of(step, width));

    public void Waiting(string what, TimeSpan left)
    {
        if (_awaited != what)
            output.WriteLine($"… {_awaited = what}");
    }

    public void Progress(string text)
    {
        // It would not be replaced.
    }

    public void Summary(RunSummary summary)
    {
        output.WriteLine();
        foreach (var (type, sent, handled) in summary.ByType)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Lines.OneLine(type)}: {(sent is null ? "" : $"sent {sent}, ")}handled {handled}"));
        WriteFacts(Lines.Of(summary));
        output.WriteLine($"{(summary.Passed ? "✓" : "✗")} {summary.Verdict}");
    }

    private void WriteLines(IEnumerable<string> lines)
    {
        foreach (var line in lines)
            output.WriteLine(line);
    }

    private void WriteFacts(IEnumerable<(string Name, string Value)> facts)
    {
        foreach (var (name, value) in facts)
            output.WriteLine($"{name}: {value}");
    }
}
