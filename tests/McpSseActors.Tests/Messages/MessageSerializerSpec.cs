using Akka.TestKit.Xunit2;
using McpSseActors.Messages;

namespace McpSseActors.Tests.Messages;

public sealed class MessageSerializerSpec() : TestKit(TestSystem.Config)
{
    private static readonly McpEvent Event = new("s", "chat.message", Encoding.UTF8.GetBytes("""{"text":"grüße"}"""), DateTimeOffset.UnixEpoch, "7", TimeSpan.FromSeconds(3));

    public static TheoryData<IMcpSseMessage> Messages => [.. All];

    internal static IMcpSseMessage[] All =>
    [
        new GetStats("s"), new GetAllStats(), new GetState(), new GetRecentEvents(3), new GetEventsByType("a", 2, "s"),
        new ClearRecentEvents(), new GetHandlers(), new GetEventsAfter(7, "a.*", 2, "s"), new GetSettings("s"),
        new StreamSettings("s", [new ShownSetting("read_timeout", "60.0", true)]), new ShownSetting("auth_key", "\"***\"", false),
        new RemoveHandler("h", "s"), new StartStream(), new StopStream("s"), new RestartStream(),
        Change, new RecentEventsCleared("s", 3), new HandlerRemoved("s", "h", true), new HandlerAdded("s", "h"), new HandlerInfo("h", "*"),
        new CommandAccepted("s", ConnectionState.Connected), Event,
        new PayloadRejected(Event, "Chat", "it is null"), new HandlerStopped("s", "h", "*", "it was killed"),
        new StoppedHandler("h", "*", "it was killed", DateTimeOffset.UnixEpoch),
        new HandlerList("s", [new HandlerInfo("h", "*")]), new RecentEvents("s", [Event]) { Sequences = [7], OldestSequence = 3, NewestSequence = 7 }, new AllStats([Stats]) { Missing = ["t"] }, Stats,
        new StreamAdded("s"), new RemoveStream("s"), new StreamRemoved("s", true), new GetStreams(), new StreamList(["s", "t"]),
        new SubscribeStates("s"), new StatesSubscribed([Change]), new UnsubscribeStates(), new StatesUnsubscribed(true),
        new AddMcpResources(["demo://a"], "s"), new RemoveMcpResources(["demo://a"]), new SetMcpSubscriptions(Wanted), new GetMcpSubscriptions("s"),
        new McpSubscriptionState("s", Wanted, new McpSubscriptions()),
        new GetEventTypes("s"), new McpEventTypes("s", [], McpEventDialect.Sketch),
        new ReloadConfiguration(), new ConfigurationReloaded([ReadTimeout]), ReadTimeout,
        Letter, new GetDeadLetters(Filter, 3, "1"), new DeadLetterList([Letter], "2"), new CountDeadLetters(Filter), new DeadLetterCount(1, 2),
        new RetryDeadLetters(Filter), new DeadLetterFault("1", "no"), new DeadLettersRetried(1, 2, 3, [new DeadLetterFault("1", "no")]),
        new DiscardDeadLetters(DeadLetterFilter.All), new DeadLettersDiscarded(4),
    ];

    private static DeadLetterFilter Filter => new() { Id = "0", Stream = "s", Handler = "", EventType = "a.*", Since = DateTimeOffset.UnixEpoch, IsRetryRequested = true };

    private static StoredDeadLetter Letter => new()
    {
        Id = "1",
        Event = new McpEvent<string>(Event, "x"),
        Handler = "h",
        Fault = "InvalidOperationException: no",
        Attempts = 3,
        FirstFailedAt = DateTimeOffset.UnixEpoch,
        GivenUpAt = DateTimeOffset.UnixEpoch,
        IsRetryRequested = true,
    };

    private static StreamStateChanged Change =>
        new("s", ConnectionState.Connected, ConnectionState.BackingOff, "lost", 2, TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch);

    private static McpSubscriptions Wanted => new() { LogLevel = "info", Resources = ["demo://a"], ToolsChanged = true };

    private static ConfigurationChange ReadTimeout => new("s", ConfigurationChangeKind.Changed, ["read_timeout"]);

    private static StreamStats Stats => new()
    {
        Stream = "s",
        State = ConnectionState.Connected,
        Dropped = ImmutableSortedDictionary<string, long>.Empty.Add("duplicate", 2),
        SubscribedEvents = ["chat.*"],
        ConnectedSince = DateTimeOffset.UnixEpoch,
        EventsPerSecond = 1.5,
        Mcp = new McpStatus { Transport = "subscriptions", Requested = Wanted },
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
            .Where(t => t is { IsAbstract: false, IsPublic: true, IsGenericTypeDefinition: false } && typeof(IMcpSseMessage).IsAssignableFrom(t) && t != typeof(AddHandler))
            .Except(((IEnumerable<object[]>)Messages).Select(row => row[0].GetType()))
            .ShouldBeEmpty();

    [Fact]
    public void Should_come_out_as_a_plain_event_when_it_has_a_payload()
    {
        var typed = new McpEvent<string>(Event, "grüße");
        var serializer = Sys.Serialization.FindSerializerFor(typed).ShouldBeOfType<MessageSerializer>();

        serializer.Manifest(typed).ShouldBe(serializer.Manifest(Event));
        serializer.ToBinary(typed).ShouldBe(serializer.ToBinary(Event));
        serializer.ToBinary(new RecentEvents("s", [typed])).ShouldBe(serializer.ToBinary(new RecentEvents("s", [Event])));
        typed.ToString().ShouldBe(Event.ToString());
    }

    [Fact]
    public async Task Should_keep_its_payload_when_it_stays_in_the_process()
    {
        TestActor.Tell(new McpEvent<string>(Event, "grüße"));

        (await ExpectMsgAsync<McpEvent<string>>()).Payload.ShouldBe("grüße");
    }

    [Theory]
    [InlineData("McpSseActors.Events.McpEvent`1")]
    [InlineData("McpSseActors.Events.McpEvent`1[[System.String]]")]
    public void Should_refuse_when_the_manifest_names_a_payload(string manifest)
    {
        var serializer = Sys.Serialization.FindSerializerFor(Event).ShouldBeOfType<MessageSerializer>();

        Should.Throw<System.Text.Json.JsonException>(() => serializer.FromBinary("{}"u8.ToArray(), manifest));
    }

    [Fact]
    public void Should_refuse_when_the_manifest_names_another_type()
    {
        var serializer = Sys.Serialization.FindSerializerFor(Event).ShouldBeOfType<MessageSerializer>();

        Should.Throw<System.Text.Json.JsonException>(() => serializer.FromBinary("{}"u8.ToArray(), typeof(MessageSerializer).FullName!));
    }
}
