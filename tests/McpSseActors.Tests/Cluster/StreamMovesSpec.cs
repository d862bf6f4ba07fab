using Akka.TestKit.Xunit2;
using McpSseActors.Cluster.Entities;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Tests.Cluster;

/// <summary>A node that leaves waits until its streams run elsewhere.</summary>
public sealed class StreamMovesSpec() : TestKit(TestSystem.Config)
{
    private readonly StreamMoves _moves = new();

    [Fact]
    public async Task Should_answer_when_the_last_stream_has_arrived()
    {
        _moves.Begin(new StreamLeft("a"));
        _moves.Begin(new StreamLeft("b"));
        _moves.Await(TestActor, canMove: true);

        _moves.Arrived(Kept("a"));
        await ExpectNoMsgAsync(TimeSpan.Zero);
        _moves.Arrived(Kept("b"));

        await ExpectMsgAsync<StreamsMoved>();
    }

    [Fact]
    public async Task Should_answer_at_once_when_no_stream_is_on_its_way()
    {
        _moves.Begin(new StreamLeft("a"));
        _moves.Arrived(Kept("a"));

        _moves.Await(TestActor, canMove: true);

        await ExpectMsgAsync<StreamsMoved>();
    }

    [Fact]
    public async Task Should_answer_when_there_is_no_node_left_to_move_to()
    {
        _moves.Begin(new StreamLeft("a"));
        _moves.Await(TestActor, canMove: true);

        _moves.Answer(canMove: false);

        await ExpectMsgAsync<StreamsMoved>();
    }

    [Fact]
    public async Task Should_tell_the_node_that_a_stream_has_left_when_it_has_arrived()
    {
        _moves.Follow(new StreamLeft("a"), TestActor);

        _moves.Arrived(Kept("a"));
        _moves.Arrived(Kept("a"));

        await ExpectMsgAsync<StreamKept>();
        await ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Should_not_wait_for_a_stream_when_it_was_removed()
    {
        _moves.Begin(new StreamLeft("a"));
        _moves.Begin(new StreamLeft("b"));
        _moves.Await(TestActor, canMove: true);

        _moves.ForgetAllBut(Configured("b"), canMove: true);
        await ExpectNoMsgAsync(TimeSpan.Zero);
        _moves.ForgetAllBut(Configured(), canMove: true);

        await ExpectMsgAsync<StreamsMoved>();
    }

    [Fact]
    public async Task Should_tell_the_node_that_a_stream_has_left_when_the_next_does_not_configure_it()
    {
        _moves.Follow(new StreamLeft("a"), TestActor);

        _moves.Refused(new StreamUnknown("b", "other:1"));
        _moves.Refused(new StreamUnknown("a", "other:1"));

        (await ExpectMsgAsync<StreamUnknown>()).Stream.ShouldBe("a");
    }

    private static ImmutableSortedDictionary<string, string> Configured(params string[] streams) => streams.ToImmutableSortedDictionary(stream => stream, _ => "");

    private static StreamKept Kept(string stream) => new(stream, "other:1", "");
}
