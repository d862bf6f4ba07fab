using McpSseActors.Cli;
using McpSseActors.Cli.Watch.Terminal;
using Spectre.Console;

namespace McpSseActors.Tests.Cli;

/// <summary>Runs a command line with captured writers, in a new, empty directory.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly CancellationTokenSource _ctrlC = new(TimeSpan.FromSeconds(60));
    private readonly LineWriter _out = new();
    private readonly StringWriter _error = new();
    private volatile bool _hasReaderGone;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("mcp-sse-cli-").FullName;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The terminal; null for none.</summary>
    public Func<IScreen>? OpenScreen { get; init; }

    /// <summary>Where questions are asked; null for no terminal.</summary>
    public Func<IAnsiConsole>? Terminal { get; set; }

    /// <summary>The variables of the environment.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public string Out => _out.Text;

    public string Error => _error.ToString();

    public IEnumerable<JsonElement> Json => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);

    public IEnumerable<JsonElement> OfKind(string kind) => Json.Where(line => line.GetProperty("kind").GetString() == kind);

    /// <summary>The same, among lines that are not JSON.</summary>
    public IEnumerable<JsonElement> OfKindIn(string kind) => Out.Split('\n').Where(line => line.StartsWith($"{{\"kind\":\"{kind}\"", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line));

    public string Write(string name, string text)
    {
        var path = Path.Combine(Directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    public string WriteConfig(string url, string more = "") =>
        Write("mcp-sse.toml", $"[mcp_sse]\nenable = true\nserver_url = \"{url}\"\n{more}\n");

    public Task<int> InvokeAsync(params string[] args) => CommandLine.InvokeAsync(
        args,
        new CliEnvironment { Out = _out, Error = TextWriter.Synchronized(_error), Directory = Directory, Variables = Variables, Time = Time, OpenScreen = OpenScreen, Terminal = Terminal, HasReaderGone = () => _hasReaderGone },
        _ctrlC.Token);

    /// <summary>Ends when a line with this text has been written.</summary>
    public Task<string> LineAsync(string text) => Within.LimitAsync(_out.LineAsync(text));

    public void PressCtrlC() => _ctrlC.Cancel();

    public void Break() => _out.Break();

    public void LeaveQuietly() => _hasReaderGone = true;

    public void Dispose()
    {
        _ctrlC.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private sealed class LineWriter : StringWriter
    {
        private readonly Lock _gate = new();
        private readonly List<(string Text, TaskCompletionSource<string> Seen)> _awaited = [];
        private bool _broken;

        public string Text
        {
            get
            {
                lock (_gate)
                    return ToString();
            }
        }

        public override void WriteLine(string? value)
        {
            lock (_gate)
            {
                if (_broken)
                    throw new IOException("Broken pipe", 32);
                base.WriteLine(value);
                foreach (var (text, seen) in _awaited)
                {
                    if (value?.Contains(text, StringComparison.Ordinal) is true)
                        seen.TrySetResult(value);
                }
            }
        }

        public void Break()
        {
            lock (_gate)
                _broken = true;
        }

        public Task<string> LineAsync(string text)
        {
            var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                _awaited.Add((text, seen));
                foreach (var line in ToString().Split('\n'))
                {
                    if (line.Contains(text, StringComparison.Ordinal))
                        seen.TrySetResult(line);
                }
            }

            return seen.Task;
        }
    }
}
