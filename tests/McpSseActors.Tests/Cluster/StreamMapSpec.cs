using McpSseActors.Cluster.Front;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Tests.Cluster;

public sealed class StreamMapSpec
{
    private readonly StreamMap _map = new();

    [Fact]
    public void Should_know_a_stream_when_it_is_only_configured()
    {
        _map.Apply(Of("a:1", ConnectionState.Idle, isHere: false)).ShouldBeTrue();

        _map.Names.ShouldBe(["s"]);
        _map.Only.ShouldBe("s");
        _map.On("a:1").ShouldBeEmpty();
    }

    [Fact]
    public void Should_keep_the_state_when_another_node_only_configures_the_stream()
    {
        _map.Apply(Of("a:1", ConnectionState.Connected));

        _map.Apply(Of("b:1", ConnectionState.Idle, isHere: false)).ShouldBeFalse();

        _map.On("a:1").ShouldHaveSingleItem().Change.NewState.ShouldBe(ConnectionState.Connected);
    }

    [Fact]
    public void Should_ignore_the_last_word_of_a_node_when_the_stream_runs_on_the_next()
    {
        _map.Apply(Of("a:1", ConnectionState.Connected));
        _map.Apply(Of("b:1", ConnectionState.Connecting)).ShouldBeTrue();

        _map.Apply(Of("a:1", ConnectionState.Stopped)).ShouldBeFalse();

        _map.On("b:1").ShouldHaveSingleItem();
    }

    [Fact]
    public void Should_say_which_streams_are_lost_when_their_node_has_gone()
    {
        _map.Apply(Of("a:1", ConnectionState.Connected));

        var change = _map.Lose("a:1", DateTimeOffset.UnixEpoch).ShouldHaveSingleItem();

        change.ShouldBe(new StreamStateChanged("s", ConnectionState.Connected, ConnectionState.Idle,
            "node a:1 has left the cluster: the stream starts on another", 0, null, DateTimeOffset.UnixEpoch));
        _map.Lose("a:1", DateTimeOffset.UnixEpoch).ShouldBeEmpty();
    }

    private static NodeState Of(string node, ConnectionState state, bool isHere = true) =>
        new(node, new StreamStateChanged("s", ConnectionState.Idle, state, node, 0, null, DateTimeOffset.UnixEpoch), isHere);
}
