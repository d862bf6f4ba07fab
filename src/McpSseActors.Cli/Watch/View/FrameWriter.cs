using System.Globalization;
using System.Text;
using Spectre.Console;

namespace McpSseActors.Cli.Watch.View;

/// <summary>
/// Turns rows into what a terminal is sent: in one piece, and only the rows that have changed, each over the old one, so that nothing flickers.
/// Terminals that know synchronized updates show it at once.
/// </summary>
internal sealed class FrameWriter
{
    private const string Begin = "\e[?2026h";
    private const string EraseRestOfRow = "\e[K";
    private const string End = "\e[?2026l";

    private readonly StringWriter _row = new(CultureInfo.InvariantCulture);
    private readonly IAnsiConsole _console;
    private readonly List<string> _shown = [];

    /// <summary>Makes a writer.</summary>
    /// <param name="colour">Whether colours are welcome; without them there is still bold and inverse.</param>
    public FrameWriter(bool colour) => _console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.Yes,
        ColorSystem = colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
        Out = new AnsiConsoleOutput(_row),
    });

    /// <summary>Forgets what the terminal shows: it may be anything.</summary>
    public void Forget() => _shown.Clear();

    /// <summary>What brings these rows to the terminal; empty where it shows them already.</summary>
    public string Write(IReadOnlyList<Row> rows)
    {
        if (rows.Count != _shown.Count)
        {
            Forget();
            _shown.AddRange(Enumerable.Repeat("", rows.Count));
        }

        var changed = new StringBuilder();
        for (var place = 0; place < rows.Count; place++)
        {
            var row = Render(rows[place]);
            if (row == _shown[place])
                continue;
            _shown[place] = row;
            changed.Append(CultureInfo.InvariantCulture, $"\e[{place + 1}H{row}");
        }

        return changed.Length == 0 ? "" : $"{Begin}{changed}{End}";
    }

    private string Render(Row row)
    {
        _row.GetStringBuilder().Clear();
        _console.Write(row);
        // In the last cell of a full row, erasing would delete that cell.
        _row.Write(row.Left > 0 ? EraseRestOfRow : "");
        return _row.ToString();
    }
}
