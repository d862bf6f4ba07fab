using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using McpSseActors.Cli.Watch.Terminal;

namespace McpSseActors.Tests.Cli.Watch;

/// <summary>A terminal that remembers its frame, and whose keys a test presses.</summary>
internal sealed partial class FakeScreen : IScreen
{
    private readonly Channel<ConsoleKeyInfo?> _input = Channel.CreateUnbounded<ConsoleKeyInfo?>();
    private readonly SortedDictionary<int, string> _rows = [];
    private volatile bool _isGone;

    public (int Width, int Height) Size { get; set; } = (80, 24);

    public bool HasKeys => true;

    public bool IsGivenBack { get; private set; }

    public ChannelReader<ConsoleKeyInfo?> Input => _input.Reader;

    /// <summary>What is seen, without its styles.</summary>
    public string Seen
    {
        get
        {
            lock (_rows)
                return string.Join('\n', _rows.Values);
        }
    }

    public void Draw(string frame)
    {
        if (_isGone)
            throw new IOException("Input/output error");
        lock (_rows)
        {
            foreach (var row in RowOfFrame().Matches(frame).Cast<Match>())
                _rows[int.Parse(row.Groups["place"].Value, CultureInfo.InvariantCulture)] = Escapes().Replace(row.Groups["text"].Value, "");
        }
    }

    /// <summary>The next frame finds no terminal.</summary>
    public void Hangup() => _isGone = true;

    public void Resize(int width, int height)
    {
        Size = (width, height);
        _input.Writer.TryWrite(null);
    }

    public void Press(char letter) =>
        _input.Writer.TryWrite(new ConsoleKeyInfo(letter, letter == '\r' ? ConsoleKey.Enter : ConsoleKey.None, false, false, false));

    public void Type(string text)
    {
        foreach (var letter in text)
            Press(letter);
    }

    public Task ShowsAsync(string text) => Eventually.HoldsAsync(() =>
        Seen.Contains(text, StringComparison.Ordinal) ? Task.CompletedTask : throw new InvalidOperationException($"There is no '{text}' on the screen:\n{Seen}"));

    public void Dispose() => IsGivenBack = true;

    [GeneratedRegex(@"\e\[(?<place>[0-9]+)H(?<text>.*?)(?=\e\[[0-9]+H|\e\[\?2026l)", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex RowOfFrame();

    [GeneratedRegex(@"\e\[[0-9;?]*[a-zA-Z]")]
    private static partial Regex Escapes();
}
