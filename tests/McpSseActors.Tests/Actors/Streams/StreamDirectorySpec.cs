using McpSseActors.Actors.Streams;
using McpSseActors.Configuration;

namespace McpSseActors.Tests.Actors.Streams;

public sealed class StreamDirectorySpec
{
    private readonly StreamDirectory _streams = new();

    [Fact]
    public void Should_find_the_only_stream_when_no_name_is_given()
    {
        Add("a").IsLeaving = true;
        var only = Add("b");

        _streams.Find(null).ShouldBe(only);
        _streams.Find("a").ShouldBeNull();
    }

    [Fact]
    public void Should_say_what_there_is_when_a_stream_is_not_found()
    {
        _streams.NotFound("x").Message.ShouldBe("Unknown stream 'x'; the host has no streams.");
        Add("b");
        Add("a");
        Add("c").IsLeaving = true;

        _streams.NotFound(null).Message.ShouldBe("Specify a stream; the streams are: a, b.");
        _streams.NotFound("c").Message.ShouldBe("Stream 'c' is being removed; the streams are: a, b.");
    }

    [Theory]
    [InlineData("a", false, true)]
    [InlineData("A", false, true)]
    [InlineData("a", true, true)]
    [InlineData("b", false, false)]
    public void Should_reject_a_stream_when_its_name_is_taken(string name, bool isLeaving, bool isRejected)
    {
        Add("a").IsLeaving = isLeaving;

        (_streams.Reject(new AddStream(new StreamOptions { Name = name })) is McpSseConfigurationException).ShouldBe(isRejected);
    }

    [Theory]
    [InlineData("x.toml", false)]
    [InlineData("y.toml", true)]
    [InlineData(null, true)]
    public void Should_reject_a_file_when_it_names_a_stream_from_elsewhere(string? owner, bool isRejected)
    {
        Add("a", owner);
        var change = new StreamDifference(new ConfigurationChange("a", ConfigurationChangeKind.Changed, ["jitter"]), new StreamOptions { Name = "a" }, KeyReach.Retry);

        (_streams.Reject(new ApplyChanges("x.toml", new McpSseOptions(), [change])) is not null).ShouldBe(isRejected);
    }

    private StreamEntry Add(string name, string? file = null)
    {
        var stream = new StreamEntry(new StreamOptions { Name = name }, file, ActorRefs.Nobody);
        _streams.Add(stream);
        return stream;
    }
}
