using System.Collections.Immutable;
using Akka.Actor;
using Akka.Hosting;
using McpSseActors.Actors;
using McpSseActors.Handlers;
using McpSseActors.Mcp;

namespace McpSseActors.Hosting;

/// <summary>Asks the supervisor on behalf of callers without actors.</summary>
internal sealed class McpSseClient(ActorSystem system, IRequiredActor<McpSse> supervisor) : IMcpSseClient
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    // The server is asked, for as long as the connection_timeout of the stream.
    private static readonly TimeSpan EventTypesLimit = TimeSpan.FromMinutes(1);

    private readonly PipelineSettings _settings = PipelineSettings.Create(system.Settings.Config);
    private Task? _end;

    public async Task<bool> IsRunningAsync(string? stream, CancellationToken cancellation) =>
        (await GetStatsAsync(stream, cancellation).ConfigureAwait(false)).IsRunning;

    public async Task<bool> IsConnectedAsync(string? stream, CancellationToken cancellation) =>
        (await GetStatsAsync(stream, cancellation).ConfigureAwait(false)).IsConnected;

    public Task<StreamStats> GetStatsAsync(string? stream, CancellationToken cancellation) =>
        AskAsync<StreamStats>(new GetStats(stream), cancellation);

    public async Task<ImmutableArray<StreamStats>> GetAllStatsAsync(CancellationToken cancellation) =>
        (await AskAsync<AllStats>(new GetAllStats(), cancellation).ConfigureAwait(false)).Streams;

    public Task<StreamStateChanged> GetStateAsync(string? stream, CancellationToken cancellation) =>
        AskAsync<StreamStateChanged>(new GetState(stream), cancellation);

    public async Task<ImmutableArray<McpEvent>> GetRecentEventsAsync(int count, string? stream, CancellationToken cancellation) =>
        (await AskAsync<RecentEvents>(new GetRecentEvents(count, stream), cancellation).ConfigureAwait(false)).Events;

    public async Task<ImmutableArray<McpEvent>> GetEventsByTypeAsync(string type, int count, string? stream, CancellationToken cancellation) =>
        (await AskAsync<RecentEvents>(new GetEventsByType(type, count, stream), cancellation).ConfigureAwait(false)).Events;

    public Task<RecentEvents> GetEventsAfterAsync(long sequence, string type, int count, string? stream, CancellationToken cancellation) =>
        AskAsync<RecentEvents>(new GetEventsAfter(sequence, type, count, stream), cancellation);

    public async Task<ImmutableArray<ShownSetting>> GetSettingsAsync(string? stream, CancellationToken cancellation) =>
        (await AskAsync<StreamSettings>(new GetSettings(stream), cancellation).ConfigureAwait(false)).Settings;

    public async Task<int> ClearRecentEventsAsync(string? stream, CancellationToken cancellation) =>
        (await AskAsync<RecentEventsCleared>(new ClearRecentEvents(stream), cancellation).ConfigureAwait(false)).Count;

    public Task<string> AddHandlerAsync(string pattern, Delegate handler, string? stream, CancellationToken cancellation) =>
        AddHandlerAsync(HandlerRegistration.ForDelegate(pattern, handler), stream, cancellation);

    public Task<string> AddHandlerAsync(Delegate handler, string? stream, CancellationToken cancellation) =>
        AddHandlerAsync(EventPattern.All, handler, stream, cancellation);

    public async Task<string> AddHandlerAsync(HandlerRegistration registration, string? stream, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(registration);
        return (await AskAsync<HandlerAdded>(new AddHandler(registration, stream), cancellation).ConfigureAwait(false)).Name;
    }

    public async Task<ImmutableArray<HandlerInfo>> GetHandlersAsync(string? stream, CancellationToken cancellation) =>
        (await AskAsync<HandlerList>(new GetHandlers(stream), cancellation).ConfigureAwait(false)).Handlers;

    public async Task<bool> RemoveHandlerAsync(string name, string? stream, CancellationToken cancellation) =>
        (await AskAsync<HandlerRemoved>(new RemoveHandler(name, stream), cancellation).ConfigureAwait(false)).Existed;

    public Task StartAsync(string? stream, CancellationToken cancellation) => AskAsync<CommandAccepted>(new StartStream(stream), cancellation);

    public Task StopAsync(string? stream, CancellationToken cancellation) => AskAsync<CommandAccepted>(new StopStream(stream), cancellation);

    public Task RestartAsync(string? stream, CancellationToken cancellation) => AskAsync<CommandAccepted>(new RestartStream(stream), cancellation);

    public async Task<string> AddStreamAsync(StreamOptions options, bool persist, CancellationToken cancellation) =>
        (await AskAsync<StreamAdded>(new AddStream(options, persist), cancellation).ConfigureAwait(false)).Stream;

    public async Task<bool> RemoveStreamAsync(string stream, CancellationToken cancellation)
    {
        var isHandler = HandlerContext.IsHandlerOf(stream);
        if (!isHandler)
            return (await AskAsync<StreamRemoved>(new RemoveStream(stream), cancellation, _settings.ShutdownLimit + _settings.AskTimeout).ConfigureAwait(false)).Existed;

        // The end of the stream waits for its handlers: one that waited for the end would wait for itself.
        var existed = (await GetStreamsAsync(cancellation).ConfigureAwait(false)).Contains(stream);
        (await supervisor.GetAsync(cancellation).ConfigureAwait(false)).Tell(new RemoveStream(stream), ActorRefs.Nobody);
        return existed;
    }

    public async Task<ImmutableArray<string>> GetStreamsAsync(CancellationToken cancellation) =>
        (await AskAsync<StreamList>(new GetStreams(), cancellation).ConfigureAwait(false)).Streams;

    public async Task<ImmutableArray<ConfigurationChange>> ReloadAsync(CancellationToken cancellation) =>
        (await AskAsync<ConfigurationReloaded>(new ReloadConfiguration(), cancellation).ConfigureAwait(false)).Changes;

    public IAsyncEnumerable<McpEvent> ReadEventsAsync(string pattern, string? stream, CancellationToken cancellation) =>
        new EventReader(this, handler => AskAsync<HandlerAdded>(new AddHandler(handler, stream), CancellationToken.None), pattern).ReadAsync(cancellation);

    public Task<McpSubscriptionState> AddMcpResourcesAsync(IEnumerable<string> uris, string? stream, bool persist, CancellationToken cancellation) =>
        AskAsync<McpSubscriptionState>(new AddMcpResources([.. uris], stream, persist), cancellation);

    public Task<McpSubscriptionState> RemoveMcpResourcesAsync(IEnumerable<string> uris, string? stream, bool persist, CancellationToken cancellation) =>
        AskAsync<McpSubscriptionState>(new RemoveMcpResources([.. uris], stream, persist), cancellation);

    public Task<McpSubscriptionState> SetMcpSubscriptionsAsync(McpSubscriptions subscriptions, string? stream, bool persist, CancellationToken cancellation) =>
        AskAsync<McpSubscriptionState>(new SetMcpSubscriptions(subscriptions, stream, persist), cancellation);

    public Task<McpEventTypes> GetEventTypesAsync(string? stream, CancellationToken cancellation) =>
        AskAsync<McpEventTypes>(new GetEventTypes(stream), cancellation, EventTypesLimit);

    public Task<McpWebhookReply> ReceiveWebhookAsync(McpWebhookDelivery delivery, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        ThrowIfOver();
        return WebhookDirectory.Of(system).ReceiveAsync(delivery, cancellation);
    }

    public Task<McpSubscriptionState> GetMcpSubscriptionsAsync(string? stream, CancellationToken cancellation) =>
        AskAsync<McpSubscriptionState>(new GetMcpSubscriptions(stream), cancellation);

    public Task<DeadLetterList> GetDeadLettersAsync(DeadLetterFilter? filter, int count, string? after, CancellationToken cancellation) =>
        AskAsync<DeadLetterList>(new GetDeadLetters(filter ?? DeadLetterFilter.All, count, after), cancellation);

    public async Task<StoredDeadLetter?> GetDeadLetterAsync(string id, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var list = await GetDeadLettersAsync(new DeadLetterFilter { Id = id }, 1, null, cancellation).ConfigureAwait(false);
        return list.Letters.FirstOrDefault(letter => letter.Id == id);
    }

    public Task<DeadLetterCount> CountDeadLettersAsync(DeadLetterFilter? filter, CancellationToken cancellation) =>
        AskAsync<DeadLetterCount>(new CountDeadLetters(filter ?? DeadLetterFilter.All), cancellation);

    public Task<DeadLettersRetried> RetryDeadLettersAsync(DeadLetterFilter filter, CancellationToken cancellation) =>
        AskAsync<DeadLettersRetried>(new RetryDeadLetters(filter), cancellation);

    public async Task<int> DiscardDeadLettersAsync(DeadLetterFilter filter, CancellationToken cancellation) =>
        (await AskAsync<DeadLettersDiscarded>(new DiscardDeadLetters(filter), cancellation).ConfigureAwait(false)).Count;

    public IDisposable OnStateChanged(Action<StreamStateChanged> callback)
    {
        ThrowIfOver();
        return new StateSubscription(system, callback);
    }

    private async Task<T> AskAsync<T>(object request, CancellationToken cancellation, TimeSpan answeredWithin = default)
    {
        cancellation.ThrowIfCancellationRequested();
        ThrowIfOver();
        var limit = _settings.AskTimeout + answeredWithin;
        var actor = await SupervisorAsync(limit, cancellation).ConfigureAwait(false);
        // A request that is sent is carried out, so this is the last moment to cancel it.
        cancellation.ThrowIfCancellationRequested();
        var answer = actor.Ask<T>(request, limit, cancellation);
        await Task.WhenAny(answer, EndOf(actor)).ConfigureAwait(false);
        if (answer.IsCompleted)
            return await answer.ConfigureAwait(false);
        Forget(answer);
        throw Over();
    }

    private Task EndOf(IActorRef actor) => _end ??= Task.WhenAny(actor.WatchAsync(), system.WhenTerminated);

    private void ThrowIfOver()
    {
        if (!StartCheck.IsHosted(system.Settings.Config))
            throw Missing();
        if (system.WhenTerminated.IsCompleted || _end?.IsCompleted is true)
            throw Over();
    }

    /// <summary>Creates what is thrown in a host without streams.</summary>
    internal static InvalidOperationException Missing() => new(
        "The host has no streams: AddMcpSseClient needs WithMcpSse on the actor system of the host. "
        + "Call services.AddAkka(name, akka => akka.WithMcpSse(...)), and AddAkka only once.");

    // Asked again: Akka.Hosting misses an actor that is registered at the very moment of the question.
    private async Task<IActorRef> SupervisorAsync(TimeSpan limit, CancellationToken cancellation)
    {
        for (var left = limit; ; left -= AskAgain)
        {
            try
            {
                return await supervisor.GetAsync(cancellation).WaitAsync(left < AskAgain ? left : AskAgain, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException late) when (left <= AskAgain)
            {
                throw new InvalidOperationException($"The host has not started its streams within {limit.TotalSeconds:0.###} s: use the client after the host has started.", late);
            }
            catch (TimeoutException)
            {
                ThrowIfOver();
            }
        }
    }

    private static InvalidOperationException Over() =>
        new("The streams have ended with their host: do not use the client after the host has begun to stop.");

    // Its failure has no observer.
    private static void Forget(Task answer) =>
        answer.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
