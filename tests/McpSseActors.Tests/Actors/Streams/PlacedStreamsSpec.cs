using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.Streams;

namespace McpSseActors.Tests.Actors.Streams;

/// <summary>The streams of a node in a cluster. The stream is an actor that does nothing.</summary>
public sealed class PlacedStreamsSpec : TestKit
{
    private static readonly StreamOptions Options = new() { Name = "s", Enabled = true, ServerUrl = "http://127.0.0.1:1/" };

    [Fact]
    public async Task Should_tell_the_entity_what_its_stream_is_defined_as_now_when_that_changes()
    {
        var directory = new StreamDirectory();
        using var freezes = new FreezeWatch(TimeSpan.FromSeconds(2), TimeProvider.System);
        var placed = new PlacedStreams(
            new McpSseSetup([Options], []) { Placement = new Placement("a:1", freezes) }, directory, stream => directory.Add(new StreamEntry(stream.Options, stream.File, ActorRefs.Nobody)));
        placed.Start(new DefinedStream(Options));
        placed.Handle(new OpenStream("s"), TestActor);
        var before = (await ExpectMsgAsync<StreamOpened>()).Fingerprint;

        placed.Start(new DefinedStream(Options with { ReadTimeout = TimeSpan.FromSeconds(7) }));

        (await ExpectMsgAsync<StreamRedefined>()).Fingerprint.ShouldNotBe(before);
    }
}
