using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using System.Threading.Channels;

namespace McpSseActors.Cli.Watch.Terminal;

/// <summary>
/// The process's own terminal. Takes its alternate screen, and gives the terminal back as it was however the process ends: by
/// <see cref="Dispose"/>, by a crash, by a signal.
/// </summary>
internal sealed class TerminalScreen : IScreen
{
    // The alternate screen, no cursor, no wrapping: a terminal may find a letter wider than we do.
    private const string Enter = "\e[?1049h\e[?25l\e[?7l\e[2J";
    private const string Leave = "\e[0m\e[?7h\e[?25h\e[?1049l";

    private readonly Channel<ConsoleKeyInfo?> _input = Channel.CreateBounded<ConsoleKeyInfo?>(new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly Lock _gate = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private bool _isTaken = true;

    private TerminalScreen()
    {
        HasKeys = !Console.IsInputRedirected;
        AppDomain.CurrentDomain.ProcessExit += OnEnd;
        AppDomain.CurrentDomain.UnhandledException += OnEnd;
        if (!OperatingSystem.IsWindows())
            FollowSignals();
        Write(Enter);
        if (HasKeys)
            new Thread(ReadKeys) { IsBackground = true, Name = "keys" }.Start();
    }

    // Some pseudo-terminals have no size.
    public (int Width, int Height) Size => (Console.WindowWidth, Console.WindowHeight) is var size && size is ( > 0, > 0) ? size : (80, 24);

    public bool HasKeys { get; private set; }

    public ChannelReader<ConsoleKeyInfo?> Input => _input.Reader;

    public static TerminalScreen Open() => new();

    public void Draw(string frame)
    {
        lock (_gate)
        {
            if (_isTaken)
                Write(frame);
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnEnd;
        AppDomain.CurrentDomain.UnhandledException -= OnEnd;
        foreach (var signal in _signals)
            signal.Dispose();
        GiveBack();
        _input.Writer.TryComplete();
    }

    [UnsupportedOSPlatform("windows")]
    private void FollowSignals()
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _input.Writer.TryWrite(null)));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => _input.Writer.TryWrite(null)));
        // Ctrl-Z would leave the shell on our screen.
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, signal => signal.Cancel = true));
        // This one ends the process next.
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => GiveBack()));
    }

    private void OnEnd(object? sender, EventArgs ended) => GiveBack();

    private void GiveBack()
    {
        lock (_gate)
        {
            if (!_isTaken)
                return;
            _isTaken = false;
            try
            {
                Write(Leave);
            }
            catch (IOException)
            {
                // The terminal is gone, so nothing needs cleaning.
            }
        }
    }

    // In one piece: the console's own writer would send it in many.
    private void Write(string text)
    {
        _output.Write(Encoding.UTF8.GetBytes(text));
        _output.Flush();
    }

    // A separate background thread: while it waits for a key nothing is echoed, and the process can still end.
    private void ReadKeys()
    {
        try
        {
            while (Console.ReadKey(intercept: true) is var key && key != default)
                _input.Writer.TryWrite(key);
        }
        catch (Exception gone) when (gone is InvalidOperationException or IOException)
        {
            // The terminal has been closed.
        }

        HasKeys = false;
        _input.Writer.TryWrite(null);
    }
}
