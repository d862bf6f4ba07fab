using System.Globalization;
using McpSseActors.TestServer.Web;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace McpSseActors.Cli.Output;

/// <summary>Colours and tables, for a terminal. A line never wraps: it is cut to the width.</summary>
internal sealed class TerminalReporter(IAnsiConsole console) : IReporter
{
    private static readonly Style OfServer = new(Color.Fuchsia);
    private readonly Lock _lock = new();
    private bool _isWaiting;

    public void Note(string text) => Line(text, Palette.Dim);

    public void Listening(Uri url) => Line($"listening on {url}", Palette.Good);

    public void Server(ServerActivity activity) => Line($"{"",14}server: {activity.Text}", OfServer);

    public void Event(McpEvent received, string? handler, int streamWidth) => Line(Lines.Of(received, handler, streamWidth), Palette.Of(received.EventType));

    public void State(StreamStateChanged change) => Write(new Text(Lines.Of(change) + "\n", Palette.Of(change.NewState)));

    public void Stats(StreamStats stats)
    {
        Write(Text.NewLine);
        Write(FactTable(Lines.Of(stats)));
        if (stats.EventsByType.Count > 0)
            Write(TypeTable(stats.EventsByType.Select(entry => new TypeCount(entry.Key, null, entry.Value)), "received"));
    }

    public void Stream(StreamOptions stream) => Write(new Text(Lines.Of(stream) + "\n", stream.Enabled ? Palette.Good : Palette.Dim));

    public void EventTypes(McpEventTypes types)
    {
        foreach (var (index, line) in EventTypeLines.Of(types).Index())
            Line(line, index == 0 ? Palette.Dim : Palette.Of(types.Types[index - 1].Name));
    }

    // What is to be pasted is not cut.
    public void EventType(McpEventDialect dialect, McpEventType type, EventExample example) =>
        Write(new Text(string.Join('\n', EventTypeLines.Of(type, example)) + "\n"));

    public void DeadLetter(StoredDeadLetter letter, bool withData)
    {
        if (withData)
            Write(FactTable(Lines.FactsOf(letter)));
        else
            Line(Lines.Of(letter), Palette.Of(letter.Event.EventType));
    }

    public void Fault(ConfigurationFault fault) => Write(new Text(fault + "\n", Palette.Bad));

    public void Check(TestCheck check)
    {
        var lines = CellText.Wrap($"{check.Name}: {Lines.OneLine(check.Detail)}", console.Profile.Width - 2);
        Write(new Text($"{(check.Passed ? "✓" : "✗")} {string.Join("\n  ", lines)}\n", check.Passed ? Palette.Good : Palette.Bad));
    }

    public void Step(string stream, DiagnosisStep step)
    {
        var style = StyleOf(step.Verdict);
        foreach (var line in StepLines.Of(step, console.Profile.Width))
            Write(new Text(line + "\n", style));
    }

    public void Waiting(string what, TimeSpan left) => Progress($"… {what}, {left.TotalSeconds:0} s left");

    public void Progress(string text)
    {
        lock (_lock)
        {
            Write(new Text(CellText.Fit(text, console.Profile.Width - 1), Palette.Dim));
            // The log, which is written elsewhere, begins at the start of the line.
            console.Write(new ControlCode("\r"));
            _isWaiting = true;
        }
    }

    public void Summary(RunSummary summary)
    {
        Write(Text.NewLine);
        if (summary.ByType.Length > 0)
            Write(TypeTable(summary.ByType, "handled"));
        Write(FactTable(Lines.Of(summary)));
        Write(new Text($"{(summary.Passed ? "✓" : "✗")} {summary.Verdict}\n", summary.Passed ? Palette.Good : Palette.Bad));
    }

    private static Table TypeTable(IEnumerable<TypeCount> counts, string counted)
    {
        var rows = counts.ToList();
        var withSent = rows.Any(count => count.Sent is not null);
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("event type");
        if (withSent)
            table.AddColumn(new TableColumn("sent").RightAligned());
        table.AddColumn(new TableColumn(counted).RightAligned());
        foreach (var (type, sent, handled) in rows)
        {
            List<Text> cells = [new(Lines.OneLine(type), Palette.Of(type)), new(Number(handled), sent is null || sent == handled ? Style.Plain : Palette.Bad)];
            if (withSent)
                cells.Insert(1, new Text(Number(sent ?? 0)));
            table.AddRow(cells);
        }

        return table;
    }

    private static Grid FactTable(IEnumerable<(string Name, string Value)> facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in facts)
            grid.AddRow(new Text(name, Palette.Dim), new Text(value));
        return grid;
    }

    // The line of what is waited for gives way to what came.
    private void Write(IRenderable what)
    {
        lock (_lock)
        {
            if (_isWaiting)
                console.Write(new ControlCode("\r\e[K"));
            _isWaiting = false;
            console.Write(what);
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static Style StyleOf(Verdict verdict) => verdict switch
    {
        Verdict.Pass => Palette.Good,
        Verdict.Warn => new Style(Color.Yellow),
        Verdict.Fail => Palette.Bad,
        _ => Palette.Dim,
    };

    private void Line(string text, Style style) => Write(new Text(CellText.Fit(text, console.Profile.Width) + "\n", style));
}
