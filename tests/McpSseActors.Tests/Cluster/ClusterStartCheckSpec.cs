using Akka.Configuration;
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
    [InlineData("")]
    [InlineData("""
        akka.remote.dot-netty.tcp.enable-ssl = on
        akka.cluster.seed-nodes = ["akka.ssl.tcp://app@a:1"]
        """)]
    public void Should_find_nothing_when_the_node_is_sound(string hocon) => Faults(hocon).ShouldBeEmpty();

    [Theory]
    [InlineData("akka.remote.dot-netty.tcp.enable-ssl = on", "the seed node akka.tcp://app@a:1 does not have the scheme of this node, which is akka.ssl.tcp with TLS")]
    [InlineData("""akka.cluster.seed-nodes = ["akka.ssl.tcp://app@a:1"]""", "the seed node akka.ssl.tcp://app@a:1 does not have the scheme of this node, which is akka.tcp without TLS")]
    [InlineData("""akka.cluster.downing-provider-class = "" """, "nothing removes a node that has failed, so its streams would never run elsewhere")]
    [InlineData("akka.cluster.roles = [stream]", "the node does not have the role streams, so it would run no streams")]
    public void Should_name_the_fault_when_the_node_is_not_sound(string hocon, string fault) => Faults(hocon)[0].ShouldBe(fault);

    [Fact]
    public void Should_advise_a_third_node_when_there_are_two() =>
        ClusterStartCheck.Advice(ConfigurationFactory.ParseString("""akka.cluster.seed-nodes = ["akka.tcp://app@a:1", "akka.tcp://app@b:1"]""")).ShouldNotBeNull().ShouldContain("run 3 nodes");

    [Fact]
    public void Should_give_no_advice_when_there_are_three() => ClusterStartCheck.Advice(ConfigurationFactory.ParseString(Sound)).ShouldBeNull();

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

    private static string[] Faults(string hocon) =>
        [.. ClusterStartCheck.Faults(ConfigurationFactory.ParseString(hocon).WithFallback(ConfigurationFactory.ParseString(Sound)), "streams").Select(
            fault => fault.Problem)];
}
