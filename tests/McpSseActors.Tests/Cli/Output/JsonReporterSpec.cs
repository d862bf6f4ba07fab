using System.Text.Json;
using McpSseActors.Cli.Output;
using Shouldly;
using Xunit;

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
        keys.ShouldBe(typeof(StreamStats).GetProperties().Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)).Prepend("kind"), ignoreOrder: true);
        keys[0].ShouldBe("kind");
        (line.GetProperty("kind").GetString(), line.GetProperty("state").GetString(), line.GetProperty("uptime").GetDouble()).ShouldBe(("stats", "BackingOff", 1.5));
    }
}
