namespace McpSseActors.Cli.Output;

/// <summary>A step of a diagnosis as lines: its sign, name and time, and beside them what was seen and what to do, wrapped within their column.</summary>
internal static class StepLines
{
    private const int NameWidth = 12;
    private const int TimeWidth = 8;

    private static readonly string Indent = new(' ', NameWidth + TimeWidth + 5);

    public static IEnumerable<string> Of(DiagnosisStep step, int width)
    {
        var time = step.Elapsed is { } elapsed ? Words.Seconds(elapsed) : "";
        var room = width == int.MaxValue ? width : Math.Max(width - Indent.Length, 10);
        var detail = CellText.Wrap(Lines.OneLine(step.Detail), room);
        var advice = step.Remedy is { } remedy ? CellText.Wrap($"→ {Lines.OneLine(remedy)}", room) : [];
        var head = $"{SignOf(step.Verdict)} {step.Name.PadRight(NameWidth)} {time.PadLeft(TimeWidth)}  ";
        return detail.Concat(advice).Select((line, number) => (number == 0 ? head : Indent) + line);
    }

    private static char SignOf(Verdict verdict) => verdict switch
    {
        Verdict.Pass => '✓',
        Verdict.Warn => '!',
        Verdict.Fail => '✗',
        _ => '-',
    };
}
