using System.Text;

namespace McpSseActors.Cli.Output;

/// <summary>
/// A writer that takes a broken pipe as a wish to end: from then on it swallows everything, and says so once. So it does where nothing can be written for
/// another reason, as on a full disk, which is a <see cref="Fault"/>. Lines of several threads do not mix.
/// </summary>
internal sealed class QuietPipe(TextWriter inner, Action onBroken) : TextWriter
{
    // EPIPE, and what Windows calls it: ERROR_BROKEN_PIPE, ERROR_NO_DATA.
    private static readonly int[] ReaderGone = [32, unchecked((int)0x8007006D), unchecked((int)0x800700E8)];

    private readonly Lock _gate = new();
    private bool _broken;
    private long _begun;
    private long _done;

    /// <summary>Whether the reader has gone.</summary>
    public bool IsBroken => Volatile.Read(ref _broken);

    /// <summary>Why nothing can be written, other than that the reader has gone; null while all is well.</summary>
    public string? Fault { get; private set; }

    /// <summary>The number of the write in progress; null if there is none.</summary>
    public long? WriteAtHand => Volatile.Read(ref _done) is var done && Volatile.Read(ref _begun) is var begun && begun > done ? begun : null;

    /// <summary>Treats the reader as gone, unless a write is in progress, which will find out.</summary>
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
            _begun++;
            try
            {
                write(inner, what);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Fault = ReaderGone.Contains(fault.HResult) ? null : fault.Message;
                _broken = brokeNow = true;
            }
            finally
            {
                _done++;
            }
        }

        if (brokeNow)
            onBroken();
    }
}
