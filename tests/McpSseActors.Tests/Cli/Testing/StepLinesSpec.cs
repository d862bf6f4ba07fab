using McpSseActors.Cli.Output;
using McpSseActors.Cli.Testing;

namespace McpSseActors.Tests.Cli.Testing;

public sealed class StepLinesSpec
{
    private static readonly DiagnosisStep Long = new(
        StepNames.ContentType, Verdict.Warn, "a server with a very long name, 大家好，今天的构建通过了, and https://example.com/" + new string('x', 90), TimeSpan.FromSeconds(1.5), "do this, and that, and then something else that takes another line");

    [Fact]
    public void Should_be_one_line_when_there_is_room()
    {
        StepLines.Of(new DiagnosisStep(StepNames.Dns, Verdict.Pass, "localhost is 127.0.0.1", TimeSpan.FromMilliseconds(12)), int.MaxValue)
            .ShouldBe(["✓ DNS             12 ms  localhost is 127.0.0.1"]);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(40)]
    [InlineData(200)]
    public void Should_stay_within_the_width_and_lose_nothing_when_a_line_is_long(int width)
    {
        var lines = StepLines.Of(Long, width).ToList();

        lines.ShouldAllBe(line => CellText.CellsOf(line) <= width);
        lines[0].ShouldStartWith("! content type    1.5 s  a server");
        lines.Skip(1).ShouldAllBe(line => line.StartsWith("                         ", StringComparison.Ordinal));
        Without(string.Concat(lines.Select(line => line[25..]))).ShouldBe(Without(Long.Detail + "→" + Long.Remedy));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void Should_come_to_an_end_when_there_is_no_room_at_all(int width) =>
        CellText.Wrap("a 你好", width).ShouldBe(["a", "你", "好"]);

    [Fact]
    public void Should_tell_a_remedy_apart_from_a_finding()
    {
        StepLines.Of(DiagnosisStep.Failed(StepNames.Tcp, "a:1 refused the connection; is the server running?"), 80)
            .ShouldBe(["✗ TCP                    a:1 refused the connection", "                         → is the server running?"]);
    }

    private static string Without(string text) => text.Replace(" ", "", StringComparison.Ordinal);
}
