using Akka.Configuration;
using McpSseActors.Cluster;
using McpSseActors.Cluster.Start;
using McpSseActors.Positions;
using Microsoft.Data.Sqlite;

namespace McpSseActors.Tests.Cluster;

public sealed class ClusterStartCheckSpec
{
    private const string Sound = """
        akka.cluster.downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
        akka.cluster.seed-nodes = ["akka.tcp://app@a:1", "akka.tcp://app@b:1", "akka.tcp://app@c:1"]
        akka.cluster.roles = [streams]
        """;

    [Theory]
    [InlineData("", "akka.tcp")]
    [InlineData("""akka.cluster.seed-nodes = ["akka.ssl.tcp://app@a:1"]""", "akka.ssl.tcp")]
    public void Should_find_nothing_when_the_node_is_sound(string hocon, string scheme) => Faults(hocon, scheme).ShouldBeEmpty();

    [Theory]
    [InlineData("""akka.cluster.seed-nodes = ["akka.ssl.tcp://app@a:1"]""", "the seed node akka.ssl.tcp://app@a:1 does not have the scheme of this node, which is akka.tcp without TLS")]
    [InlineData("""akka.cluster.downing-provider-class = "" """, "nothing removes a node that has failed, so its streams would never run elsewhere")]
    [InlineData("akka.cluster.roles = [stream]", "the node does not have the role streams, so it would run no streams")]
    public void Should_name_the_fault_when_the_node_is_not_sound(string hocon, string fault) => Faults(hocon)[0].ShouldBe(fault);

    [Fact]
    public void Should_name_a_seed_node_when_it_does_not_have_the_scheme_of_the_transport() => Faults("", "akka.ssl.tcp")[0].ShouldBe(
        "the seed node akka.tcp://app@a:1 does not have the scheme of this node, which is akka.ssl.tcp with TLS");

    [Fact]
    public void Should_refuse_a_proxy_when_it_has_the_role_of_the_streams()
    {
        var config = ConfigurationFactory.ParseString(Sound);

        ClusterStartCheck.Faults(config, "akka.tcp", "streams", isProxy: true).ShouldHaveSingleItem().ToString().ShouldContain(
            "akka.cluster.roles: the node has the role streams, but it would run no streams");
        ClusterStartCheck.Faults(config, "akka.tcp", "others", isProxy: true).ShouldBeEmpty();
    }

    [Fact]
    public void Should_name_each_option_when_its_value_is_not_usable()
    {
        var faults = ClusterStartCheck.Faults(new McpSseClusterOptions { Shards = 0, FreezeLimit = TimeSpan.FromSeconds(-1), Profile = (McpSseClusterProfile)7 });

        faults.Select(fault => fault.ToString()).ShouldBe(
        [
            "code: McpSseClusterOptions.Shards: 0 is not a number of shards; use 1 or more: about ten for each node",
            "code: McpSseClusterOptions.Profile: 7 is not a profile; use Fast or Default",
            "code: McpSseClusterOptions.FreezeLimit: -00:00:01 is too short; use 100 ms to 24 h; the default is 2 s",
        ]);
        ClusterStartCheck.Faults(new McpSseClusterOptions { FreezeLimit = TimeSpan.MaxValue }).ShouldHaveSingleItem().Problem.ShouldEndWith("is too long");
        ClusterStartCheck.Faults(new McpSseClusterOptions()).ShouldBeEmpty();
    }

    [Fact]
    public void Should_advise_a_third_node_when_there_are_two() =>
        ClusterStartCheck.Advice(ConfigurationFactory.ParseString("""akka.cluster.seed-nodes = ["akka.tcp://app@a:1", "akka.tcp://app@b:1"]""")).ShouldNotBeNull().ShouldContain("run 3 nodes");

    [Fact]
    public void Should_advise_that_no_node_forms_a_cluster_alone_when_there_are_three() =>
        ClusterStartCheck.Advice(ConfigurationFactory.ParseString(Sound)).ShouldNotBeNull().ShouldContain("set MinimumNumberOfMembers of ClusterOptions to 2");

    [Fact]
    public void Should_refuse_a_limit_that_a_shard_does_not_wait_for() => Faults("""
        mcp-sse.shutdown-limit = 120s
        akka.cluster.sharding.handoff-timeout = 13s
        """).ShouldBe(["120 s is longer than a shard has to move"]);

    [Fact]
    public void Should_give_no_advice_when_there_are_three_of_which_two_must_be_there() =>
        ClusterStartCheck.Advice(ConfigurationFactory.ParseString("akka.cluster.min-nr-of-members = 2").WithFallback(ConfigurationFactory.ParseString(Sound))).ShouldBeNull();

    [Fact]
    public void Should_refuse_the_store_when_nodes_cannot_share_it()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var sqlite = SqliteFactory.Instance.CreateDataSource("Data Source=positions.db");

        FaultOf(null).ShouldContain("a cluster needs stored positions");
        FaultOf(() => new FilePositionStore(file)).ShouldContain("cannot share a file");
        FaultOf(() => new DatabasePositionStore(sqlite)).ShouldContain("cannot share a SQLite database");
    }

    private static string FaultOf(Func<IPositionStore>? open) => Should.Throw<McpSseConfigurationException>(() => ClusterStartCheck.OpenShared(open)).Message;

    private static string[] Faults(string hocon, string scheme = "akka.tcp") =>
    [
        .. ClusterStartCheck.Faults(ConfigurationFactory.ParseString(hocon).WithFallback(ConfigurationFactory.ParseString(Sound)), scheme, "streams", isProxy: false)
            .Select(fault => fault.Problem),
    ];
}
