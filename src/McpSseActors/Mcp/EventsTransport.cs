using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// A subscription to one event type of a server (MCP Events). Its position is a cursor of the server: after a loss, the server goes on there, and
/// where it can't, a gap is reported. Nothing of the subscription is kept on the server.
/// </summary>
internal sealed class EventsTransport : McpTransport, IEventTransport
{
    private const int ChunkSize = 4096;

    // Of the request for changed types: none, under way, and under way when there are other changes.
    private const int Idle = 0;
    private const int Running = 1;
    private const int Again = 2;

    private static readonly StreamOptions Plain = new() { Transport = StreamTransport.Events };

    private readonly EventsDiscovery _discovery;
    private IEventsSource? _source;
    private int _relisting;

    public EventsTransport(McpContext context)
        : base(context) => _discovery = new EventsDiscovery(context, State.Events);

    /// <inheritdoc />
    public bool IsWatchful => true;

    private McpEventSubscription Subscription => Context.Options.Event;

    private EventsState Known => State.Events;

    /// <summary>Explains why a request failed, in one line.</summary>
    public static string Explain(Exception fault, McpHttp http) => fault is EventsRefusal
        ? $"the server refuses: {fault.Message}"
        : http.Describe(fault) switch
        {
            AttemptOutcome.Rejected rejected => RetryPolicy.Decide(rejected, Plain, default, random: 0).Reason,
            AttemptOutcome.NotSupported wrong => wrong.Reason,
            AttemptOutcome.Lost lost => lost.Reason,
            var other => other.ToString(),
        };

    protected override async Task BeginAsync(string lastEventId, CancellationToken cancellation)
    {
        // What may be missing is reported as a gap.
        IsResumed = true;
        var isOther = Known.Begin(Context.Options);
        await ChangeWebhookAsync(cancellation).ConfigureAwait(false);
        try
        {
            var capability = await _discovery.DiscoverAsync(cancellation).ConfigureAwait(false);
            var type = await FindAsync(capability, cancellation).ConfigureAwait(false);
            await OpenAsync(type, isOther || lastEventId.Length == 0 ? null : lastEventId, isOther, cancellation).ConfigureAwait(false);
            Known.WasActive = true;
            State.UseProtocol("events", Reason(capability), Known.Version, Known.Server);
            Run(RunAsync);
            if (capability.TellsChanges && Known.Session is null)
                Run(ListenForChangesAsync);
            else if (capability.TellsChanges)
                Known.MayMissChanges = true;
        }
        catch (EventsRefusal refusal)
        {
            throw new TransportException(Outcome(refusal, isRunning: false));
        }
    }

    public override async Task CloseAsync(CancellationToken cancellation)
    {
        if (Known.Webhook is { } webhook)
        {
            State.Webhooks?.End(webhook);
            Known.Webhook = null;
            await EventsWebhook.UnsubscribeAsync(Context, webhook.Key, cancellation).ConfigureAwait(false);
        }

        await EventsSession.EndAsync(Context, Known, cancellation).ConfigureAwait(false);
    }

    // Events are asked for with the request that opens them; nothing is added later.
    protected override Task ApplyAsync(McpSubscriptions wanted, CancellationToken cancellation) => Task.CompletedTask;

    protected override Task RequestAsync(McpRequest request, Task answer, CancellationToken cancellation) => throw new NotSupportedException();

    // In this revision, a server sends no requests.
    protected override Task ReplyAsync(byte[] reply, CancellationToken cancellation) => Task.CompletedTask;

    // The webhook of another subscription is of no use any more. Only its own server and principal can end it there.
    private async Task ChangeWebhookAsync(CancellationToken cancellation)
    {
        var key = WebhookKey.Of(Context.Options);
        if (Known.Webhook is { } before && before.Key != key)
        {
            State.Webhooks?.End(before);
            Known.Webhook = null;
            if (before.Key.ServerUrl == Context.Options.ServerUrl && before.Key.Principal == Principal.Of(Context.Options))
                await EventsWebhook.UnsubscribeAsync(Context, before.Key, cancellation).ConfigureAwait(false);
        }

        if (key is null || Known.Webhook is not null)
            return;
        if (State.Webhooks is not { } webhooks)
            throw TransportException.NotSupported("webhooks can't be received here; set event.mode to another mode");
        webhooks.Add(Known.Webhook = new WebhookRoute(key, State, Context.Options.Time ?? TimeProvider.System));
    }

    private string Reason(EventsCapability capability) =>
        $"{_source switch { EventsPush => "pushed", EventsPoll => "polled", _ => "posted to the webhook" }}; the server declares {(capability.Dialect is McpEventDialect.Sep ? EventsProtocol.Extension : "the capability events")}";

    private async Task<McpEventType> FindAsync(EventsCapability capability, CancellationToken cancellation)
    {
        var isFresh = Known.Types is null;
        var types = Known.Types ?? await _discovery.ListAsync(capability, cancellation).ConfigureAwait(false);
        var type = types.FirstOrDefault(type => type.Name == Subscription.Name);
        if (type is null && !isFresh)
        {
            Known.Types = null;
            return await FindAsync(capability, cancellation).ConfigureAwait(false);
        }

        if (type is null)
        {
            Known.Types = null;
            throw TransportException.NotSupported(Unknown(types));
        }

        using var arguments = JsonDocument.Parse(Subscription.Arguments);
        return type.InputSchema is { } schema && SchemaCheck.Find(schema, arguments.RootElement) is { } fault
            ? throw TransportException.NotSupported($"event.arguments do not fit the event type {type.Name}: {fault}")
            : type;
    }

    private string Unknown(IReadOnlyList<McpEventType> types)
    {
        var names = types.Select(type => type.Name).ToList();
        var remedy = Nearest.To(Subscription.Name, names) is { } meant ? $"did you mean {meant}?"
            : names.Count == 0 ? "it has none" : $"it has {string.Join(", ", names.Take(10))}{(names.Count > 10 ? ", …" : "")}";
        return $"the server has no event type {Subscription.Name}; {remedy}";
    }

    private async Task OpenAsync(McpEventType type, string? cursor, bool isOther, CancellationToken cancellation)
    {
        var modes = Modes(type);
        foreach (var mode in modes)
        {
            try
            {
                await OpenAsync(mode, type, cursor, isOther, cancellation).ConfigureAwait(false);
                return;
            }
            catch (EventsRefusal refusal) when (refusal is { Kind: EventsError.ResourceExhausted or EventsError.Unsupported, IsSchemaChange: false } && mode != modes[^1])
            {
                State.Log.Info("Stream {Stream}: the server does not push its events, which are polled: {Reason}", State.Stream, refusal.Message);
            }
        }
    }

    // A server that no longer understands the cursor may say so only in this way.
    private async Task OpenAsync(McpEventDelivery mode, McpEventType type, string? cursor, bool isOther, CancellationToken cancellation)
    {
        var hasLost = cursor is null && !isOther && !Known.HasCursor && (Known.WasActive || State.LostAt is not null);
        var setting = new EventsSetting(Context, EmitAsync, Relist)
        {
            ForgetsPosition = isOther,
            Gap = hasLost ? McpGapReason.NoReplay : null,
            PayloadSchema = Subscription.CheckPayloads ? type.PayloadSchema : null,
        };
        try
        {
            await OpenAsync(mode, setting, cursor, cancellation).ConfigureAwait(false);
        }
        catch (EventsRefusal refusal) when (refusal.Kind is EventsError.InvalidParams && cursor is not null)
        {
            await OpenAsync(mode, setting with { Gap = McpGapReason.CursorRefused, ForgetsPosition = true }, cursor: null, cancellation).ConfigureAwait(false);
        }
    }

    private async Task OpenAsync(McpEventDelivery mode, EventsSetting setting, string? cursor, CancellationToken cancellation)
    {
        IEventsSource source = mode switch
        {
            McpEventDelivery.Push => new EventsPush(setting),
            McpEventDelivery.Poll => new EventsPoll(setting),
            _ => new EventsWebhook(setting, Known.Webhook!),
        };
        try
        {
            await source.OpenAsync(cursor, cancellation).ConfigureAwait(false);
            _source = source;
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private McpEventDelivery[] Modes(McpEventType type)
    {
        McpEventDelivery[] wanted = Subscription.Mode switch
        {
            McpEventMode.Push => [McpEventDelivery.Push],
            McpEventMode.Poll => [McpEventDelivery.Poll],
            McpEventMode.Webhook => [McpEventDelivery.Webhook],
            _ => [McpEventDelivery.Push, McpEventDelivery.Poll],
        };
        var remedy = Subscription.Mode is McpEventMode.Auto ? ", which auto never chooses: set event.mode = \"webhook\"" : "";
        McpEventDelivery[] modes = [.. wanted.Where(mode => type.Delivery.Contains(mode))];
        return modes.Length > 0 ? modes : throw TransportException.NotSupported(
            $"the server does not offer the event type {type.Name} in the mode {Name(Subscription.Mode)}, only as {string.Join(", ", type.Delivery.Select(Name))}{remedy}");

        static string Name<T>(T mode) => $"{mode}".ToLowerInvariant();
    }

    private async Task RunAsync(CancellationToken over)
    {
        var source = _source!;
        await using (source.ConfigureAwait(false))
        {
            await Opened.WaitAsync(over).ConfigureAwait(false);
            try
            {
                End(await source.RunAsync(over).ConfigureAwait(false));
            }
            catch (EventsRefusal end)
            {
                End(Outcome(end, isRunning: true));
            }
        }
    }

    // The next attempt finds out whether a type that is gone, or has changed, is still there.
    private AttemptOutcome Outcome(EventsRefusal refusal, bool isRunning)
    {
        var reason = $"{(refusal.IsTermination ? "the server ended the subscription" : "the server refuses the subscription")}: {refusal.Message}";
        if (refusal.Kind is EventsError.NotFound || refusal.IsSchemaChange)
        {
            Known.Types = null;
            return new AttemptOutcome.Lost(reason);
        }

        if (refusal.Kind is EventsError.NoEvents)
        {
            Known.Forget();
            return new AttemptOutcome.NotSupported($"the server has no MCP Events: {refusal.Message}");
        }

        return refusal.Kind switch
        {
            _ when refusal.IsTermination => new AttemptOutcome.NotSupported(reason),
            EventsError.InvalidParams when isRunning => new AttemptOutcome.Lost(reason),
            EventsError.InvalidParams => new AttemptOutcome.NotSupported($"{reason}; check event.arguments"),
            EventsError.CallbackEndpoint => new AttemptOutcome.Lost($"{reason}; check that the server reaches event.webhook_url, and that MapMcpEventsWebhook answers there"),
            EventsError.Transient or EventsError.ResourceExhausted => new AttemptOutcome.Lost(reason),
            _ => new AttemptOutcome.NotSupported(reason),
        };
    }

    // One request at a time, and not without a pause, however often the server says so.
    private void Relist()
    {
        if (Interlocked.Exchange(ref _relisting, Again) == Idle)
            Run(RelistAsync);
    }

    private async Task RelistAsync(CancellationToken over)
    {
        do
        {
            Interlocked.Exchange(ref _relisting, Running);
            try
            {
                if (Known.Capability is { } capability)
                    await _discovery.ListAsync(capability, over).ConfigureAwait(false);
            }
            catch (Exception fault) when (!over.IsCancellationRequested)
            {
                Known.Types = null;
                State.Log.Debug("Stream {Stream} could not list the changed event types: {Reason}", State.Stream, Explain(fault, Context.Http));
            }

            await Task.Delay(EventsProtocol.ShortestPollInterval, Context.Options.Time ?? TimeProvider.System, over).ConfigureAwait(false);
        }
        while (Interlocked.CompareExchange(ref _relisting, Idle, Running) != Running);
    }

    // A server that declares it, and then doesn't tell, is asked again with each attempt.
    private async Task ListenForChangesAsync(CancellationToken over)
    {
        var tells = false;
        do
        {
            try
            {
                tells = await ListenAsync(over).ConfigureAwait(false);
            }
            catch (Exception fault) when (!over.IsCancellationRequested)
            {
                State.Log.Debug("Stream {Stream} is not told of changed event types: {Reason}", State.Stream, Explain(fault, Context.Http));
            }

            Known.MayMissChanges = true;
            if (tells)
                await WaitAsync(Context.Options.MaxReconnectDelay, over).ConfigureAwait(false);
        }
        while (tells);
    }

    private async Task<bool> ListenAsync(CancellationToken over)
    {
        var id = EventsProtocol.NextId();
        var filter = new JsonObject { ["notifications"] = new JsonObject { [EventsProtocol.ListChangedFilter] = true } };
        using var response = await Context.MeasureAsync(
            new McpRequest(id, RequestMethods.SubscriptionsListen, filter), McpProtocol.Modern,
            request => request.PostAsync(Context.Http, EventsProtocol.Meta(), over)).ConfigureAwait(false);
        if (AnswerHead.Refuse(response) is { } refusal)
            throw new TransportException(refusal);
        var inbox = new EventsInbox(Context, id, hasCursor: false, TimeProvider.System);
        var body = await EventBody.OpenAsync(response, Context.Options.MaxEventSize, over).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            while (!inbox.IsAnswered && await body.ReadAsync(ChunkSize, over).ConfigureAwait(false) is { IsEnd: false } chunk)
            {
                inbox.Read(chunk).Return();
                Known.MayMissChanges = inbox.TellsChanges is false;
                if (inbox.HasNewTypes)
                    Relist();
                inbox.HasNewTypes = false;
            }
        }

        return inbox.TellsChanges is true;
    }
}
