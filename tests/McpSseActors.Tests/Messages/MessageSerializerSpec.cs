using System.Collections.Immutable;
using System.Text;
using Akka.TestKit.Xunit2;
using McpSseActors.Events;
using McpSseActors.Messages;
using McpSseActors.Tests.Support;
using Shouldly;
using Xunit;

namespace McpSseActors.Tests.Messages;

public sealed class MessageSerializerSpec() : TestKit(TestSystem.Config)
{
    private static readonly McpEvent Event = new("s", "chat.message", Encoding.UTF8.GetBytes("""{"text":"grüße"}"""), DateTimeOffset.UnixEpoch, "7", TimeSpan.FromSeconds(3));

    public static TheoryData<IMcpSseMessage> Messages =>
    [
        new GetStats("s"), new GetAllStats(), new GetState(), new GetRecentEvents(3), new GetEventsByType("a", 2, "s"), new ClearRecentEvents(), new GetHandlers(),
        new RemoveHandler("h", "s"), new StartStream(), new StopStream("s"), new RestartStream(),
        new StreamStateChanged("s", ConnectionState.Connected, ConnectionState.BackingOff, "lost", 2, TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch),
        new RecentEventsCleared("s", 3), new HandlerRemoved("s", "h", true), new Handlers.HandlerAdded("s", "h"), new HandlerInfo("h", "*"),
        new CommandAccepted("s", ConnectionState.Connected), Event,
        new HandlerList("s", [new HandlerInfo("h", "*")]), new RecentEvents("s", [Event]), new AllStats([Stats]), Stats,
    ];

    private static StreamStats Stats => new()
    {
        Stream = "s",
        State = ConnectionState.Connected,
        Dropped = ImmutableSortedDictionary<string, long>.Empty.Add("duplicate", 2),
        SubscribedEvents = ["chat.*"],
        ConnectedSince = DateTimeOffset.UnixEpoch,
        EventsPerSecond = 1.5,
    };

    [Theory]
    [MemberData(nameof(Messages), DisableDiscoveryEnumeration = true)]
    public void Should_come_out_as_it_went_in_when_it_leaves_the_process(IMcpSseMessage message)
    {
        var serializer = Sys.Serialization.FindSerializerFor(message).ShouldBeOfType<MessageSerializer>();
        var bytes = serializer.ToBinary(message);

        var copy = serializer.FromBinary(bytes, serializer.Manifest(message));

        serializer.ToBinary(copy).ShouldBe(bytes);
        copy.ShouldBeOfType(message.GetType());
        if (copy is McpEvent received)
            received.Text.ShouldBe(Event.Text);
    }

    [Fact]
    public void Should_be_covered_above_when_it_is_a_message() =>
        typeof(IMcpSseMessage).Assembly.GetTypes()
            .Where(t => t is { IsAbstract: false, IsPublic: true } && typeof(IMcpSseMessage).IsAssignableFrom(t) && t != typeof(Handlers.AddHandler))
            .Except(((IEnumerable<object[]>)Messages).Select(row => row[0].GetType()))
            .ShouldBeEmpty();

    [Fact]
    public void Should_refuse_when_the_manifest_names_another_type()
    {
        var serializer = Sys.Serialization.FindSerializerFor(Event).ShouldBeOfType<MessageSerializer>();

        Should.Throw<System.Text.Json.JsonException>(() => serializer.FromBinary("{}"u8.ToArray(), typeof(MessageSerializer).FullName!));
    }
}
