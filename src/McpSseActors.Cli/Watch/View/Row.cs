using McpSseActors.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace McpSseActors.Cli.Watch.View;

/// <summary>One row of the screen, from left to right. What does not fit is cut with an ellipsis, so it never wraps. Its texts are never markup.</summary>
internal sealed class Row(int width) : Renderable
{
    private readonly List<Segment> _segments = [];

    /// <summary>How many cells are free.</summary>
    public int Left { get; private set; } = width;

    /// <summary>Adds a text.</summary>
    public Row Add(string text, Style? style = null)
    {
        if (Left <= 0 || text.Length == 0)
            return this;
        var shown = CellText.Fit(text, Left);
        _segments.Add(new Segment(shown, style ?? Style.Plain));
        Left -= CellText.CellsOf(shown);
        return this;
    }

    /// <summary>Adds a text of a fixed width.</summary>
    public Row Cell(string text, int cells, Style? style = null)
    {
        var shown = CellText.Fit(text, cells);
        return Add(shown, style).Skip(cells - CellText.CellsOf(shown));
    }

    /// <summary>Adds a text of a fixed width, at its right end.</summary>
    public Row RightCell(string text, int cells, Style? style = null)
    {
        var shown = CellText.Fit(text, cells);
        return Skip(cells - CellText.CellsOf(shown)).Add(shown, style);
    }

    /// <summary>Adds empty cells.</summary>
    public Row Skip(int cells, Style? style = null) => Add(new string(' ', Math.Clamp(cells, 0, Left)), style);

    /// <summary>Adds a text at the right end of the row.</summary>
    public Row AtEnd(string text, Style? style = null) => Skip(Left - CellText.CellsOf(text), style).Add(text, style);

    /// <summary>Adds the cells of another row.</summary>
    public Row Add(Row other)
    {
        foreach (var segment in other._segments)
            Add(segment.Text, segment.Style);
        return this;
    }

    /// <summary>The text, without its styles.</summary>
    public override string ToString() => string.Concat(_segments.Select(segment => segment.Text));

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => _segments;
}
