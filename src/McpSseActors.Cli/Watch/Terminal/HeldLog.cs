using System.Text;

namespace McpSseActors.Cli.Watch.Terminal;

/// <summary>Keeps the last lines of the log while the terminal is taken, and writes them when it is free again.</summary>
internal sealed class HeldLog(TextWriter error) : TextWriter
{
    private const int MostLines = 20;

    private readonly Queue<string> _lines = new();
    private long _left;

    /// <summary>Told of each line.</summary>
    public Action<string> OnLine { get; set; } = _ => { };

    public override Encoding Encoding => error.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (_lines)
        {
            _lines.Enqueue(value ?? "");
            if (_lines.Count > MostLines)
            {
                _lines.Dequeue();
                _left++;
            }
        }

        OnLine((value ?? "").TrimEnd());
    }

    /// <summary>Writes what was kept.</summary>
    public void Release()
    {
        lock (_lines)
        {
            if (_left > 0)
                error.WriteLine($"… {_left} earlier log lines are omitted; 2>FILE keeps them all");
            foreach (var line in _lines)
                error.Write(line);
            _lines.Clear();
        }
    }
}
