using McpSseActors.Cli.Output;

namespace McpSseActors.Tests.Cli.Output;

/// <summary>Deep JSON is shown as far as an event has it, and as text beyond.</summary>
public sealed class JsonDepthSpec
{
    [Theory]
    [InlineData(63, JsonValueKind.Array)]
    [InlineData(64, JsonValueKind.Array)]
    [InlineData(65, JsonValueKind.Object)]
    [InlineData(5000, JsonValueKind.Object)]
    public void Should_show_every_event_when_its_data_is_deep(int levels, JsonValueKind kind)
    {
        var text = new string('[', levels) + new string(']', levels);
        var received = new McpEvent("s", "deep", Encoding.UTF8.GetBytes(text), DateTimeOffset.UnixEpoch);
        var output = new StringWriter();

        new JsonReporter(output).Event(received, handler: null, streamWidth: 0);

        received.Data.ValueKind.ShouldBe(kind);
        output.ToString().ShouldContain(text);
    }
}
