using System.Text;

namespace McpSseActors.Cli.Output;

/// <summary>
/// A writer that takes a broken pipe as a wish to end: from then on it swallows everything, and says so once. Lines of several threads do
/// not mix.
/// </summary>
internal sealed class QuietPipe(TextWriter inner, Action onBroken) : TextWriter
{
    private readonly Lock _gate = new();
    private bool _broken;

    /// <summary>Whether the reader has gone.</summary>
    public bool IsBroken => Volatile.Read(ref _broken);

    /// <summary>Takes it that the reader has gone, unless somebody writes, who will be told so himself.</summary>
    public void Break()
    {
        if (!_gate.TryEnter())
            return;
        var brokeNow = !_broken;
        _broken = true;
        _gate.Exit();
        if (brokeNow)
            onBroken();
    }

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(value, static (to, what) => to.Write(what));

    public override void Write(string? value) => Try(value, static (to, what) => to.Write(what));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void WriteLine() => Try("", static (to, _) => to.WriteLine());

    public override void WriteLine(string? value) => Try(value, static (to, what) => to.WriteLine(what));

    public override void Flush() => Try(0, static (to, _) => to.Flush());

    private void Try<T>(T what, Action<TextWriter, T> write)
    {
        var brokeNow = false;
        lock (_gate)
        {
            if (_broken)
                return;
            try
            {
                write(inner, what);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                _broken = brokeNow = true;
            }
        }

        if (brokeNow)
            onBroken();
    }
}
