using System.Globalization;
using Spectre.Console;

namespace McpSseActors.Cli.Watch.View;

/// <summary>
/// Turns rows into what a terminal is sent: the whole screen in one piece, each row over the old one, so that nothing flickers. Terminals that
/// know synchronized updates show it at once.
/// </summary>
internal sealed class FrameWriter
{
    private const string Begin = "\e[?2026h\e[H";
    private const string EraseRestOfRow = "\e[K";
    private const string End = "\e[?2026l";

    private readonly StringWriter _text = new(CultureInfo.InvariantCulture);
    private readonly IAnsiConsole _console;

    /// <summary>Makes a writer.</summary>
    /// <param name="colour">Whether colours are welcome; without them there is still bold and inverse.</param>
    public FrameWriter(bool colour) => _console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.Yes,
        ColorSystem = colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
        Out = new AnsiConsoleOutput(_text),
    });

    public string Write(IReadOnlyList<Row> rows)
    {
        _text.GetStringBuilder().Clear().Append(Begin);
        for (var place = 0; place < rows.Count; place++)
        {
            _text.Write(place > 0 ? "\r\n" : "");
            _console.Write(rows[place]);
            // In the last cell of a full row the cursor would erase what stands there.
            _text.Write(rows[place].Left > 0 ? EraseRestOfRow : "");
        }

        _text.Write(End);
        return _text.ToString();
    }
}
