using McpSseActors.Cli;
using McpSseActors.Cli.Logging;

namespace McpSseActors.Tests.Cli.Logging;

public sealed class CliLogSpec : IDisposable
{
    private readonly StringWriter _error = new();

    [Theory]
    [InlineData(true, ConsoleLogLevel.Info, false, false)]
    [InlineData(true, ConsoleLogLevel.Debug, false, true)]
    [InlineData(true, ConsoleLogLevel.Info, true, true)]
    [InlineData(false, ConsoleLogLevel.Info, false, true)]
    public void Should_leave_out_a_loss_when_the_command_prints_it(bool isReported, ConsoleLogLevel level, bool isVerbose, bool isWritten)
    {
        Log(isReported, level, isVerbose, "Stream {Stream} is disconnected (attempt {Attempt} follows in {Delay} s): {Reason}", "chat", 1, 0.5, "the server ended the stream");

        _error.ToString().Contains("the server ended the stream", StringComparison.Ordinal).ShouldBe(isWritten);
    }

    [Fact]
    public void Should_keep_a_warning_when_it_is_of_no_state()
    {
        Log(isReported: true, ConsoleLogLevel.Info, isVerbose: false, "verify_ssl is false: stream {Stream} accepts any certificate of {Url}", "chat", "https://localhost");

        _error.ToString().ShouldContain("stream chat accepts any certificate");
    }

    public void Dispose() => _error.Dispose();

    private void Log(bool isReported, ConsoleLogLevel level, bool isVerbose, string template, params object[] values)
    {
        var environment = new CliEnvironment { Out = TextWriter.Null, Error = _error };
        using var logger = new CliLog(environment, level, isVerbose, isReported).Logger;
#pragma warning disable CA2254 // The library's templates, as they come through Akka.
        logger.ForContext("SourceContext", "mcp.sse_client").Warning(template, values);
#pragma warning restore CA2254
    }
}
