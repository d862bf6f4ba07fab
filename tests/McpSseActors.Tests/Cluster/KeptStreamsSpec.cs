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
    public void Should_wait_twice_as_long_each_time_up_to_a_limit_when_a_stream_never_answers()
    {
        Due(seconds: 0);
        Due(seconds: 1).ShouldBe(Names);
        Due(seconds: 2.9).ShouldBeEmpty();
        Due(seconds: 3).ShouldBe(Names);
        Due(seconds: 7).ShouldBe(Names);
        Due(seconds: 12).ShouldBe(Names);
        Due(seconds: 17).ShouldBe(Names);

        _kept.AskAgain();

        Due(seconds: 17.1).ShouldBe(Names);
    }

    [Fact]
    public void Should_ask_for_a_stream_when_one_runs_that_is_not_configured()
    {
        Due(seconds: 0);
        _kept.Keep(new StreamKept("a", "n:1", ""));
        _kept.Keep(new StreamKept("x", "n:1", ""));

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

        _kept.Configure(ImmutableSortedDictionary<string, string>.Empty.Add("b", ""));

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
        Configure(many);
        foreach (var name in many)
            _kept.Keep(new StreamKept(name, "n:1", ""));

        _kept.AskAll();
        Due(0, many).Count.ShouldBe(MostAtATime);
        _kept.AskAll();

        Due(1, many).Count.ShouldBe(MostAtATime);
        Due(2, many).ShouldBeEmpty();
    }

    private IReadOnlyList<string> Due(double seconds, params string[] names)
    {
        Configure(names.Length > 0 ? names : Names);
        return _kept.Due(TimeSpan.FromSeconds(seconds));
    }

    private void Configure(string[] names) => _kept.Configure(names.ToImmutableSortedDictionary(name => name, _ => ""));
}
