using McpSseActors.Cluster.Entities;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Tests.Cluster;

public sealed class KeptStreamsSpec
{
    private const int MostAtATime = 1000;

    private static readonly string[] Names = ["a", "b"];

    private readonly KeptStreams _kept = new(TimeSpan.FromSeconds(1));

    [Fact]
    public void Should_ask_again_after_a_while_when_a_stream_does_not_answer()
    {
        Due(seconds: 0).ShouldBe(Names);
        _kept.Keep(new StreamKept("a", "n:1", ""));

        Due(seconds: 0.5).ShouldBeEmpty();
        Due(seconds: 1).ShouldBe(["b"]);
    }

    [Fact]
    public void Should_ask_for_the_streams_of_a_node_when_it_has_gone()
    {
        Due(seconds: 0);
        _kept.Keep(new StreamKept("a", "n:1", ""));
        _kept.Keep(new StreamKept("b", "n:2", ""));

        _kept.ForgetAll("n:1");
        _kept.ForgetAll("n:3");

        Due(seconds: 0.1).ShouldBe(["a"]);
    }

    [Fact]
    public void Should_not_know_a_stream_any_more_when_it_was_removed()
    {
        Due(seconds: 0);
        _kept.Keep(new StreamKept("a", "n:1", ""));

        _kept.ForgetAllBut(ImmutableSortedDictionary<string, string>.Empty.Add("b", ""));

        Due(seconds: 0.1).ShouldBe(["a"]);
    }

    [Fact]
    public void Should_ask_for_all_once_when_it_is_time_for_that()
    {
        Due(seconds: 0);
        _kept.Keep(new StreamKept("a", "n:1", ""));
        _kept.Keep(new StreamKept("b", "n:2", ""));

        _kept.AskAll();

        Due(seconds: 1).ShouldBe(Names);
        Due(seconds: 3).ShouldBeEmpty();
    }

    [Fact]
    public void Should_ask_for_the_last_stream_too_when_many_before_it_never_answer()
    {
        string[] many = [.. Enumerable.Range(0, MostAtATime).Select(n => $"{n:d4}"), "z"];

        Due(0, many).Count.ShouldBe(MostAtATime);

        Due(1, many)[0].ShouldBe("z");
    }

    [Fact]
    public void Should_ask_for_each_once_when_it_is_time_for_all_while_some_still_are_due()
    {
        string[] many = [.. Enumerable.Range(0, 2 * MostAtATime).Select(n => $"{n:d4}")];
        foreach (var name in many)
            _kept.Keep(new StreamKept(name, "n:1", ""));

        _kept.AskAll();
        Due(0, many).Count.ShouldBe(MostAtATime);
        _kept.AskAll();

        Due(1, many).Count.ShouldBe(MostAtATime);
        Due(2, many).ShouldBeEmpty();
    }

    private IReadOnlyList<string> Due(double seconds, params string[] names) =>
        _kept.Due((names.Length > 0 ? names : Names).ToImmutableSortedDictionary(name => name, _ => ""), TimeSpan.FromSeconds(seconds));
}
