using McpSseActors.Cli.Output;

namespace McpSseActors.Tests.Cli.Output;

public sealed class JsonReporterSpec
{
    [Fact]
    public void Should_have_every_property_of_the_statistics_when_they_are_reported()
    {
        using var output = new StringWriter();
        new JsonReporter(output).Stats(new StreamStats { Stream = "chat", State = ConnectionState.BackingOff, Uptime = TimeSpan.FromSeconds(1.5) });

        var line = JsonDocument.Parse(output.ToString()).RootElement;
        var keys = line.EnumerateObject().Select(member => member.Name).ToArray();
        keys.ShouldBe(typeof(StreamStats).GetProperties().Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))
            .Prepend("kind"), ignoreOrder: true);
        keys[0].ShouldBe("kind");
        (line.GetProperty("kind").GetString(), line.GetProperty("state").GetString(), line.GetProperty("uptime").GetDouble())
            .ShouldBe(("stats", "BackingOff", 1.5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_say_whether_an_event_may_be_a_repeat(bool redelivered)
    {
        using var output = new StringWriter();

        new JsonReporter(output).Event(new McpEvent("s", "t", "{}"u8.ToArray(), DateTimeOffset.UnixEpoch, "1", redelivered: redelivered), handler: null, streamWidth: 0);

        JsonElement.Parse(output.ToString()).GetProperty("redelivered").GetBoolean().ShouldBe(redelivered);
    }
}
