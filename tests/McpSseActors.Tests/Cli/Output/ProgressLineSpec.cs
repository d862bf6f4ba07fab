using McpSseActors.Cli;
using McpSseActors.Cli.Output;

namespace McpSseActors.Tests.Cli.Output;

/// <summary>How far a command has come, on a terminal only.</summary>
public sealed class ProgressLineSpec
{
    private readonly StringWriter _out = new();
    private readonly Ticking _time = new();

    [Fact]
    public void Should_replace_its_line_and_give_way_to_others_on_a_terminal()
    {
        long events = 0;
        var reporter = Reporter(isTerminal: true);
        using var progress = new ProgressLine(reporter, _time, () => events, () => events * 10);

        events = 12;
        _time.Pass();
        events = 42;
        _time.Pass();
        reporter.Note("something else");
        _time.Pass();

        Shown().ShouldBe(
        [
            "… 12 events, 12/s, 120 bytes, 0:00:01", "… 42 events, 30/s, 420 bytes, 0:00:02", "something else\n… 42 events, 0/s, 420 bytes, 0:00:03",
        ]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Should_write_nothing_when_output_is_redirected_or_json(bool json)
    {
        using var progress = new ProgressLine(Reporter(isTerminal: false, json), _time, () => 1);

        _time.Pass();

        _out.ToString().ShouldBeEmpty();
    }

    // What is between the sequences that erase the line, without colours.
    private string[] Shown() => [.. _out.ToString().Split("\r\e[K").Select(part => System.Text.RegularExpressions.Regex.Replace(part, "\e\\[[0-9;]*m|\r$", ""))];

    private IReporter Reporter(bool isTerminal, bool json = false) =>
        Reporters.For(new CliEnvironment { Out = _out, Error = TextWriter.Null, OutIsTerminal = isTerminal, Colour = true }, _out, json);

    private sealed class Ticking : TimeProvider
    {
        private TimerCallback _tick = _ => { };
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now;

        public void Pass()
        {
            _now++;
            _tick(null);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _tick = callback;
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
