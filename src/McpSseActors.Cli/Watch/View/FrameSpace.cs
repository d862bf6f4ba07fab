namespace McpSseActors.Cli.Watch.View;

/// <summary>Divides the rows of the screen. A section without room gets none.</summary>
/// <param name="Streams">For the table of streams, its head included.</param>
/// <param name="Details">For the chosen stream.</param>
/// <param name="Events">For its events, their title included.</param>
internal readonly record struct FrameSpace(int Streams, int Details, int Events)
{
    private const int TitleAndKeys = 2;
    private const int LeastEvents = 6;

    /// <summary>Shares out a screen.</summary>
    /// <param name="height">Its rows.</param>
    /// <param name="streams">How many streams there are.</param>
    public static FrameSpace Of(int height, int streams)
    {
        var rows = Math.Max(0, height - TitleAndKeys);
        var details = rows >= DetailSection.Rows + 2 + LeastEvents ? DetailSection.Rows : 0;
        // Many streams push the events together, but not away.
        var events = Math.Max(LeastEvents, rows / 3);
        var table = Math.Min(rows, 1 + Math.Clamp(streams, 1, Math.Max(1, rows - details - events - 1)));
        return new FrameSpace(table, details, rows - table - details);
    }
}
