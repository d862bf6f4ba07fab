using Akka.TestKit;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors.Streams;
using McpSseActors.Cluster.Entities;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Tests.Cluster;

/// <summary>Whoever asks an entity gets an answer, however the entity ends. The supervisor, the keeper and the stream are probes.</summary>
public sealed class StreamEntitySpec : TestKit
{
    private readonly TestProbe _supervisor;
    private readonly TestProbe _keeper;
    private readonly IActorRef _entity;

    public StreamEntitySpec()
        : base(TestSystem.Config)
    {
        (_supervisor, _keeper) = (CreateTestProbe(), CreateTestProbe());
        _entity = Sys.ActorOf(StreamEntity.Props("s", new ClusterNode("a:1", _supervisor, _keeper)));
        _supervisor.ExpectMsg<OpenStream>();
        Watch(_entity);
    }

    [Fact]
    public async Task Should_answer_who_waits_when_it_is_handed_over_before_it_could_open()
    {
        var asked = AskAsync(new GetStats("s"));
        _entity.Tell(StillEnding);

        _entity.Tell(HandOver.Instance);

        (await asked).ShouldContain("is on its way from node");
        await ExpectTerminatedAsync(_entity);
        await _keeper.ExpectMsgAsync<StreamLeft>();
    }

    [Fact]
    public async Task Should_answer_who_waits_when_it_cannot_open_after_it_was_handed_over()
    {
        var asked = AskAsync(new GetStats("s"));
        _entity.Tell(HandOver.Instance);

        _entity.Tell(StillEnding);

        (await asked).ShouldContain("is on its way from node");
        await ExpectTerminatedAsync(_entity);
        await _keeper.ExpectMsgAsync<StreamLeft>();
    }

    [Fact]
    public async Task Should_answer_who_waits_when_it_is_stopped()
    {
        var asked = AskAsync(new GetStats("s"));

        _entity.Tell(PoisonPill.Instance);

        (await asked).ShouldContain("is on its way from node");
    }

    [Fact]
    public async Task Should_refuse_a_request_at_once_when_too_many_wait()
    {
        for (var n = 0; n < 1000; n++)
            _entity.Tell(new KeepOpen(), _keeper);

        (await AskAsync(new GetStats("s"))).ShouldContain("1000 messages wait for it on node a:1");
    }

    [Fact]
    public async Task Should_refuse_what_cannot_be_sent_when_its_stream_ends()
    {
        _entity.Tell(new StreamOpened(CreateTestProbe(), ""));
        _entity.Tell(HandOver.Instance);

        (await AskAsync(new StaysInProcess("AddHandler"))).ShouldContain("is on its way from node");
    }

    [Fact]
    public async Task Should_refuse_what_cannot_be_sent_when_its_stream_is_taken_over()
    {
        _entity.Tell(new StreamOpened(CreateTestProbe(), ""));
        _entity.Tell(new StreamTakenOver());

        (await AskAsync(new StaysInProcess("AddHandler"))).ShouldContain("Another process has taken over stream 's'");
    }

    [Fact]
    public async Task Should_say_what_the_stream_is_defined_as_now_when_its_definition_has_changed()
    {
        _entity.Tell(new StreamOpened(CreateTestProbe(), "0f"));
        _entity.Tell(new StreamRedefined("1e"));

        _entity.Tell(new KeepOpen(), _keeper);

        (await _keeper.ExpectMsgAsync<StreamKept>()).Fingerprint.ShouldBe("1e");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_say_so_when_only_another_version_knows_a_request(bool isOpen)
    {
        if (isOpen)
            _entity.Tell(new StreamOpened(CreateTestProbe(), ""));

        (await Should.ThrowAsync<NotSupportedException>(_entity.Ask<StreamStats>(new UnknownMessage("Sing"), Support.Within.Limit))).Message.ShouldBe(
            "Node a:1, where stream 's' runs, does not know Sing: its version of the library is another one.");
    }

    private static StreamNotOpened StillEnding => new(new InvalidOperationException("Stream 's' is still ending on this node."));

    private async Task<string> AskAsync(object request) =>
        (await Should.ThrowAsync<InvalidOperationException>(_entity.Ask<StreamStats>(request, Support.Within.Limit))).Message;
}
