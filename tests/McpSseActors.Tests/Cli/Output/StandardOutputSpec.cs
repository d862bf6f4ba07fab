using McpSseActors.Cli;
using McpSseActors.Tests.Cli.Recording;

namespace McpSseActors.Tests.Cli.Output;

/// <summary>What becomes of a command whose standard output takes nothing.</summary>
public sealed class StandardOutputSpec
{
    private const int NoSpaceLeft = 28;
    private const int BrokenPipe = 32;

    private readonly StringWriter _error = new();

    [Fact]
    public async Task Should_say_so_in_a_line_and_fail_when_the_disk_is_full()
    {
        var code = await RunAsync(new Failing(new IOException("No space left on device", NoSpaceLeft)));

        code.ShouldBe(ExitCodes.Failed);
        _error.ToString().ShouldBe("mcp-sse: cannot write to standard output: No space left on device" + Environment.NewLine);
    }

    [Fact]
    public async Task Should_end_quietly_when_the_reader_has_gone()
    {
        var code = await RunAsync(new Failing(new IOException("Broken pipe", BrokenPipe)));

        code.ShouldBe(ExitCodes.Ok);
        _error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_keep_the_exit_code_when_the_log_cannot_be_written()
    {
        var environment = new CliEnvironment { Out = _error, Error = new Failing(new IOException("No space left on device", NoSpaceLeft)) };

        (await CommandLine.InvokeAsync(["check", "--config", "none.toml"], environment, CancellationToken.None)).ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task Should_give_the_reader_up_when_he_does_not_read_and_the_end_is_asked_for()
    {
        using var output = new Blocking();
        using var ctrlC = new CancellationTokenSource();
        var time = new Clock();
        var run = CommandLine.InvokeAsync(["completion", "bash"], new CliEnvironment { Out = output, Error = _error, Time = time }, ctrlC.Token);
        await time.NextDelayAsync();
        await output.Reached.WaitAsync(Within.Limit);

        await ctrlC.CancelAsync();
        time.Advance(await time.NextDelayAsync());

        (await run.WaitAsync(Within.Limit)).ShouldBe(ExitCodes.Failed);
        _error.ToString().ShouldContain("standard output was not read");
    }

    private Task<int> RunAsync(TextWriter output) =>
        CommandLine.InvokeAsync(["completion", "bash"], new CliEnvironment { Out = output, Error = _error }, CancellationToken.None);

    private sealed class Failing(IOException fault) : StringWriter
    {
        public override void Write(string? value) => throw fault;

        public override void WriteLine(string? value) => throw fault;
    }

    private sealed class Blocking : StringWriter
    {
        private readonly ManualResetEventSlim _read = new();
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public override void Write(string? value)
        {
            _reached.TrySetResult();
            _read.Wait();
        }

        public override void WriteLine(string? value) => Write(value);

        protected override void Dispose(bool disposing)
        {
            _read.Set();
            base.Dispose(disposing);
        }
    }
}
