using Akka.Configuration;
using Akka.TestKit.Xunit2;
using McpSseActors.Cluster;
using McpSseActors.Cluster.Entities;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Tests.Cluster;

/// <summary>What nodes tell each other of their configurations.</summary>
public sealed class DefinitionComparisonSpec : TestKit
{
    private const int ShortestFrame = 32_000;

    private readonly DefinitionComparison _comparison;

    public DefinitionComparisonSpec()
        : base(TestSystem.Config.WithFallback(ConfigurationFactory.FromResource("mcp-sse-cluster.conf", typeof(McpSseClusterOptions).Assembly))) =>
        _comparison = new DefinitionComparison("a:1", 30, Sys.Log);

    [Fact]
    public async Task Should_fit_into_the_shortest_frame_when_names_are_as_long_as_they_may_be()
    {
        var ours = Enumerable.Range(0, 1000).ToImmutableSortedDictionary(n => $"{n:d4}".PadRight(256, '&'), _ => new string('f', 64));
        _comparison.Define(ours);
        var serializer = Sys.Serialization.FindSerializerForType(typeof(DefinitionsPage));

        _comparison.Send(TestActor);

        var received = ImmutableSortedDictionary<string, string>.Empty;
        DefinitionsPage page;
        do
        {
            page = await ExpectMsgAsync<DefinitionsPage>();
            page.IsFirst.ShouldBe(received.IsEmpty);
            serializer.ToBinary(page).Length.ShouldBeLessThan(ShortestFrame);
            received = received.AddRange(page.Fingerprints);
        }
        while (!page.IsLast);
        received.ShouldBe(ours);
    }

    [Fact]
    public Task Should_compare_what_it_has_when_pages_were_lost()
    {
        var theirs = ImmutableSortedDictionary<string, string>.Empty.Add("s", "1e");
        _comparison.Define(theirs.SetItem("s", "0f"));

        return EventFilter.Warning("Node b:1 configures s or their handlers in another way than a:1: give every node the same configuration").ExpectOneAsync(() =>
        {
            _comparison.Compare(new DefinitionsPage("b:1", theirs, IsFirst: true, IsLast: false));
            _comparison.Compare(new DefinitionsPage("b:1", theirs, IsFirst: false, IsLast: true));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Should_send_an_empty_page_when_nothing_is_configured()
    {
        _comparison.Send(TestActor);

        var page = await ExpectMsgAsync<DefinitionsPage>();
        (page.Fingerprints.Count, page.IsFirst, page.IsLast).ShouldBe((0, true, true));
    }

    [Fact]
    public Task Should_say_so_once_when_a_node_has_another_number_of_shards() => EventFilter.Error(
        "Node b:1 divides streams into 40 shards, but a:1 into 30, so a stream may run on both at once: to change Shards, stop the whole cluster first").ExpectOneAsync(() =>
        {
            var theirs = new DefinitionComparison("b:1", 40, Sys.Log).Digest;
            _comparison.Compare(theirs, TestActor);
            _comparison.Compare(theirs, TestActor);
            _comparison.Compare(theirs with { Shards = null }, TestActor);
            _comparison.Compare(_comparison.Digest with { Node = "c:1" }, TestActor);
            return Task.CompletedTask;
        });

    [Fact]
    public Task Should_report_a_stream_that_does_not_run_only_when_this_node_configures_it() => EventFilter.Error(start: "Stream").ExpectOneAsync(() =>
    {
        _comparison.Define(ImmutableSortedDictionary<string, string>.Empty.Add("kept", "0f")).ShouldBeTrue();
        _comparison.Report(new StreamUnknown("removed", "b:1"));
        _comparison.Report(new StreamUnknown("kept", "b:1"));
        return Task.CompletedTask;
    });
}
