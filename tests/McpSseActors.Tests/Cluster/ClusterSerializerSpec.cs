using System.Runtime.CompilerServices;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using McpSseActors.Cluster;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Tests.Cluster;

/// <summary>What nodes send each other stays as it is: <c>wire-format.txt</c>, as for the messages of the library.</summary>
public sealed class ClusterSerializerSpec() : TestKit(
    ConfigurationFactory.ParseString("akka.loglevel = DEBUG\nakka.remote.dot-netty.tcp.maximum-frame-size = 128000b").WithFallback(TestSystem.Config).WithFallback(ConfigurationFactory.FromResource("mcp-sse-cluster.conf", typeof(McpSseClusterOptions).Assembly)))
{
    private static readonly IClusterMessage[] All =
    [
        new ToStream("s", new GetStats("s")), new ToStream("s", new KeepOpen()), new KeepOpen(), new StaysInProcess("AddHandler"),
        new StreamKept("s", "a:1", "0f"), new StreamUnknown("s", "a:1"), new StreamLeft("s"), new NodeLeaves(),
        new DefinitionsDigest("a:1", "0f", 30), new SendDefinitions(), new DefinitionsPage("a:1", ImmutableSortedDictionary<string, string>.Empty.Add("s", "0f"), true, false),
        new FollowStates(true), new NodeState("a:1",
            new StreamStateChanged("s", ConnectionState.Idle, ConnectionState.Connecting, "started", 0, null, DateTimeOffset.UnixEpoch), true),
        new GetNodeStats(), new NodeStats(new StreamStats { Stream = "s", Node = "a:1" }), new NodeStatsEnd("a:1", ["t"]),
    ];

    [Fact]
    public void Should_be_the_recorded_one_when_a_message_is_written()
    {
        var actual = string.Concat(All.Select(message => $"{Serializer.Manifest(message)}\t{Encoding.UTF8.GetString(Serializer.ToBinary(message))}\n"));
        var file = PathOf("wire-format.txt");
        if (Environment.GetEnvironmentVariable("APPROVE_WIRE_FORMAT") == "1")
            File.WriteAllText(file, actual);

        actual.ShouldBe(File.ReadAllText(file).ReplaceLineEndings("\n"), "if you mean it, run APPROVE_WIRE_FORMAT=1 dotnet test tests/McpSseActors.Tests --filter ClusterSerializerSpec");
    }

    [Fact]
    public void Should_come_out_as_it_went_in_when_it_leaves_the_process()
    {
        foreach (var message in All)
        {
            var bytes = Serializer.ToBinary(message);
            var read = Serializer.FromBinary(bytes, Serializer.Manifest(message));

            read.ShouldBeOfType(message.GetType());
            Serializer.ToBinary(read).ShouldBe(bytes);
        }
    }

    [Fact]
    public void Should_be_read_when_it_was_recorded()
    {
        foreach (var parts in File.ReadLines(PathOf("wire-format.txt")).Select(line => line.Split('\t', 2)))
        {
            var read = Serializer.FromBinary(Encoding.UTF8.GetBytes(parts[1]), parts[0]);

            read.GetType().Name.ShouldBe(parts[0]);
            Encoding.UTF8.GetString(Serializer.ToBinary(read)).ShouldBe(parts[1]);
        }
    }

    [Fact]
    public void Should_fit_into_a_frame_when_a_stream_has_many_types()
    {
        var types = Enumerable.Range(1, 1000).ToImmutableSortedDictionary(number => $"{number}".PadLeft(250, 'x'), number => (long)number, StringComparer.Ordinal);
        var stats = new NodeStats(new StreamStats { Stream = "s", EventsByType = types.Add("(other)", 7) });

        var bytes = Serializer.ToBinary(stats);

        bytes.Length.ShouldBeInRange(100_000, 120_000);
        var read = ((NodeStats)Serializer.FromBinary(bytes, "NodeStats")).Stats;
        read.EventsByType.Values.Sum().ShouldBe(7 + (1000 * 1001 / 2));
        read.EventsByType["1000".PadLeft(250, 'x')].ShouldBe(1000);
        read.EventsByType["(other)"].ShouldBeGreaterThan(7);
    }

    [Fact]
    public void Should_have_a_line_above_when_it_is_a_message() => typeof(IClusterMessage).Assembly.GetTypes()
        .Where(type => !type.IsInterface && typeof(IClusterMessage).IsAssignableFrom(type)).Except(All.Select(message => message.GetType())).ShouldBeEmpty();

    [Fact]
    public void Should_say_what_was_asked_when_it_stays_in_the_process()
    {
        var addressed = new ToStream("s", new AddHandler(HandlerRegistration.ForDelegate("*", (McpEvent _) => { })));

        var read = (ToStream)Serializer.FromBinary(Serializer.ToBinary(addressed), Serializer.Manifest(addressed));

        read.ShouldBe(new ToStream("s", new StaysInProcess("AddHandler")));
    }

    [Theory]
    [InlineData("NodeSings")]
    [InlineData("McpSseActors.Cluster.McpSseClusterOptions")]
    public void Should_be_ignored_when_only_another_version_knows_it(string manifest)
    {
        EventFilter.Debug(contains: $"A message {manifest} of another version is ignored").ExpectOne(
            () => Serializer.FromBinary("{}"u8.ToArray(), manifest).ShouldBe(new UnknownMessage(manifest)));
        Serializer.FromBinary(Encoding.UTF8.GetBytes($$$"""{"stream":"s","cluster":"{{{manifest}}}","message":{}}"""), "ToStream").ShouldBe(
            new ToStream("s", new UnknownMessage(manifest)));
    }

    [Fact]
    public void Should_read_a_request_as_unknown_when_only_another_version_knows_it() =>
        Serializer.FromBinary("""{"stream":"s","request":"Sing","message":{}}"""u8.ToArray(), "ToStream").ShouldBe(new ToStream("s", new UnknownMessage("Sing")));

    [Fact]
    public void Should_not_know_the_number_of_shards_when_an_earlier_version_has_sent_the_digest() =>
        Serializer.FromBinary("""{"Node":"a:1","Digest":"0f"}"""u8.ToArray(), "DefinitionsDigest").ShouldBe(new DefinitionsDigest("a:1", "0f"));

    private ClusterSerializer Serializer => (ClusterSerializer)Sys.Serialization.FindSerializerForType(typeof(KeepOpen));

    private static string PathOf(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, file);
}
