namespace McpSseActors.Tests.EndToEnd;

/// <summary>Whatever is asked, and whenever: there is an answer, and it is of the right kind.</summary>
public sealed class AnswersSpec : IAsyncDisposable
{
    /// <summary>The states of a stream, and those between them that have no name.</summary>
    public enum Stage
    {
        Idle, Connecting, Connected, BackingOff, Stopped, Failed, Disabled, Leaving, ShuttingDown,
    }

    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Each with the answer that it gets while the stream is there. The commands come last, since they end the stage.
    private static readonly (object Request, Type Answer)[] Questions =
    [
        (new GetStats("s"), typeof(StreamStats)),
        (new GetAllStats(), typeof(AllStats)),
        (new GetState("s"), typeof(StreamStateChanged)),
        (new GetRecentEvents(10, "s"), typeof(RecentEvents)),
        (new GetEventsByType("chat.*", 10, "s"), typeof(RecentEvents)),
        (new GetEventsAfter(0, "chat.*", 10, "s"), typeof(RecentEvents)),
        (new GetHandlers("s"), typeof(HandlerList)),
        (new GetSettings("s"), typeof(StreamSettings)),
        (new ClearRecentEvents("s"), typeof(RecentEventsCleared)),
        (new AddHandler(HandlerRegistration.ForDelegate("x", (McpEvent _) => { }), "s"), typeof(HandlerAdded)),
        (new RemoveHandler("delegate", "s"), typeof(HandlerRemoved)),
        (new GetStreams(), typeof(StreamList)),
        (new SubscribeStates("s"), typeof(StatesSubscribed)),
        (new UnsubscribeStates(), typeof(StatesUnsubscribed)),
        (new AddStream(new StreamOptions { Name = "t" }), typeof(StreamAdded)),
        (new RemoveStream("t"), typeof(StreamRemoved)),
        (new AddStream(new StreamOptions { Name = "u" }, Persist: true), typeof(InvalidOperationException)),
        (new ReloadConfiguration(), typeof(InvalidOperationException)),
        (new AddMcpResources(["demo://a"], "s"), typeof(InvalidOperationException)),
        (new RemoveMcpResources(["demo://a"], "s"), typeof(InvalidOperationException)),
        (new SetMcpSubscriptions(new McpSubscriptions(), "s"), typeof(InvalidOperationException)),
        (new GetMcpSubscriptions("s"), typeof(InvalidOperationException)),
        (new GetEventTypes("s"), typeof(InvalidOperationException)),
        (new GetDeadLetters(DeadLetterFilter.All), typeof(DeadLetterList)),
        (new CountDeadLetters(new DeadLetterFilter { Stream = "s" }), typeof(DeadLetterCount)),
        (new RetryDeadLetters(DeadLetterFilter.All), typeof(DeadLettersRetried)),
        (new DiscardDeadLetters(DeadLetterFilter.All), typeof(DeadLettersDiscarded)),
    ];

    private static readonly (object Request, Type Answer)[] Commands =
    [
        (new StartStream("s"), typeof(CommandAccepted)),
        (new RestartStream("s"), typeof(CommandAccepted)),
        (new StopStream("s"), typeof(CommandAccepted)),
        (new RemoveStream("s"), typeof(StreamRemoved)),
    ];

    internal static IEnumerable<(object Request, Type Answer)> Requests => Questions.Concat(Commands);

    public static TheoryData<Stage, int> Stages
    {
        get
        {
            var data = new TheoryData<Stage, int>();
            foreach (var stage in Enum.GetValues<Stage>())
            {
                for (var command = 0; command < Commands.Length; command++)
                    data.Add(stage, command);
            }

            return data;
        }
    }

    // Asked without waiting for one another, so that a stage that passes by itself holds for all of them.
    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Should_answer_every_request_when_the_stream_is_at_any_stage(Stage stage, int command)
    {
        await using var server = ServerFor(stage);
        await using var host = await StartAsync(server, stage);
        await BringToAsync(host, stage);
        var requests = Questions.Append(Commands[command]).ToArray();
        var answers = requests.Select(each => AskAsync(host, each.Request)).ToArray();
        await Within.LimitAsync(Task.WhenAll(answers.SkipLast(1)));
        _release.TrySetResult();

        foreach (var ((request, expected), answer) in requests.Zip(answers))
            (await Within.LimitAsync(answer)).GetType().ShouldBeOneOf([.. Expected(stage, request, expected)], request.ToString());
    }

    [Theory]
    [InlineData("connection")]
    [InlineData("parser")]
    [InlineData("router")]
    [InlineData("stats")]
    public async Task Should_answer_every_request_when_an_actor_of_the_stream_has_stopped_for_good(string actor)
    {
        await using var server = ServerFor(Stage.Connected);
        await using var host = await StartAsync(server, Stage.Connected);
        await host.States.UntilAsync(ConnectionState.Connected);
        host.System.ActorSelection($"/user/mcp-sse/s/{actor}").Tell(PoisonPill.Instance);
        await host.States.UntilAsync(ConnectionState.Failed);

        foreach (var (request, expected) in Requests)
            (await Within.LimitAsync(AskAsync(host, request))).GetType().ShouldBeOneOf(expected, typeof(InvalidOperationException));
    }

    [Fact]
    public void Should_ask_everything_when_a_request_is_added_to_the_library() => typeof(IMcpSseMessage).Assembly.GetTypes()
        .Where(type => type is { IsPublic: true, IsAbstract: false } && (typeof(IStreamRequest).IsAssignableFrom(type) || IsNamedAsRequest(type.Name)))
        .Except(Requests.Select(each => each.Request.GetType()))
        .ShouldBeEmpty();

    public ValueTask DisposeAsync()
    {
        _release.TrySetResult();
        return ValueTask.CompletedTask;
    }

    private static bool IsNamedAsRequest(string name) =>
        new[] { "Get", "Add", "Remove", "Start", "Stop", "Restart", "Subscribe", "Unsubscribe", "Reload", "Clear" }
            .Any(verb => name.StartsWith(verb, StringComparison.Ordinal) && name.Length > verb.Length && char.IsUpper(name[verb.Length]));

    private static async Task BringToAsync(McpSseHost host, Stage stage)
    {
        switch (stage)
        {
            case Stage.Idle:
                // What is asked behind this comes before the first attempt.
                host.McpSse.Tell(new AddStream(new StreamOptions { Name = "s", Enabled = true, ServerUrl = "http://127.0.0.1:1/" }));
                break;
            case Stage.Leaving:
                await InFlightAsync(host);
                host.McpSse.Tell(new RemoveStream("s"));
                break;
            case Stage.ShuttingDown:
                await InFlightAsync(host);
                _ = host.StopAsync();
                await host.States.UntilAsync(ConnectionState.Stopped);
                break;
            default:
                await host.States.UntilAsync(Enum.Parse<ConnectionState>(stage.ToString()));
                break;
        }
    }

    private static IEnumerable<Type> Expected(Stage stage, object request, Type usual) => (stage, request) switch
    {
        (Stage.Leaving, IStreamRequest or SubscribeStates) => [typeof(StreamNotFoundException)],
        (Stage.ShuttingDown, AddStream) => [typeof(InvalidOperationException)],
        // The end of the host may come before that of the stream.
        (Stage.ShuttingDown, RemoveStream { Stream: "s" }) => [usual, typeof(InvalidOperationException)],
        _ => [usual],
    };

    private static Task InFlightAsync(McpSseHost host) =>
        Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).InFlight.ShouldBe(1));

    private static async Task<object> AskAsync(McpSseHost host, object request)
    {
        try
        {
            var answer = await host.McpSse.Ask<object>(request, Within.Limit);
            return answer is Status.Failure failed ? failed.Cause : answer;
        }
        catch (Exception fault)
        {
            return fault;
        }
    }

    private Task<McpSseHost> StartAsync(ScriptedServer server, Stage stage) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(server.Url.ToString(), o => Streams.Quick(o) with
        {
            Name = stage is Stage.Idle ? "other" : "s",
            Enabled = stage is not (Stage.Disabled or Stage.Idle),
            EnableReconnect = stage is not Stage.Stopped,
            ShutdownTimeout = stage is Stage.Leaving or Stage.ShuttingDown ? TimeSpan.FromSeconds(15) : TimeSpan.FromSeconds(1),
        })
        .AddHandler(HandlerRegistration.ForDelegate("*", (McpEvent _) => _release.Task) with { Name = "blocker" }));

    private static ScriptedServer ServerFor(Stage stage) => new(stage switch
    {
        Stage.Connecting => exchange => exchange.StayAsync(),
        Stage.BackingOff => exchange => exchange.AnswerAsync("503 Service Unavailable", "Retry-After: 3000\r\n"),
        Stage.Stopped => exchange => exchange.AnswerAsync("503 Service Unavailable"),
        Stage.Failed => exchange => exchange.AnswerAsync("404 Not Found"),
        Stage.Leaving or Stage.ShuttingDown => SendOneAsync,
        _ => StayOpenAsync,
    });

    private static async Task SendOneAsync(Exchange exchange)
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync("data: x\n\n");
        await exchange.StayAsync();
    }
}
