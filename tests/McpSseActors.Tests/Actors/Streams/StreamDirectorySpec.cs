using McpSseActors.Actors.Streams;

namespace McpSseActors.Tests.Actors.Streams;

public sealed class StreamDirectorySpec
{
    // An answer to another node has to fit into a frame.
    [Fact]
    public void Should_name_twenty_streams_at_most()
    {
        string[] names = [.. Enumerable.Range(1, 22).Select(n => $"s{n:d2}")];

        StreamDirectory.Describe(names).ShouldBe($"the streams are: {string.Join(", ", names.Take(20))} and 2 more");
        StreamDirectory.Describe(names[..20]).ShouldBe($"the streams are: {string.Join(", ", names.Take(20))}");
    }
}
