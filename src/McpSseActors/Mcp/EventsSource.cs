using System.Text.Json;
using System.Text.Json.Nodes;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>Where the events of one attempt come from.</summary>
internal interface IEventsSource : IAsyncDisposable
{
    /// <summary>Asks for the events after a cursor, and waits until the server has confirmed that.</summary>
    /// <param name="cursor">The cursor; null for new events.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="EventsRefusal">The server refused.</exception>
    /// <exception cref="TransportException">It could not be asked.</exception>
    Task OpenAsync(string? cursor, CancellationToken cancellation);

    /// <summary>Passes on what comes, until its end.</summary>
    /// <exception cref="EventsRefusal">The server ended the subscription.</exception>
    Task<AttemptOutcome> RunAsync(CancellationToken cancellation);
}

/// <summary>What both sources need.</summary>
/// <param name="Context">The attempt.</param>
/// <param name="Emit">Passes on a chunk.</param>
/// <param name="OnNewTypes">Called when the types of events have changed.</param>
internal sealed record EventsSetting(McpContext Context, Func<Chunk, CancellationToken, ValueTask> Emit, Action OnNewTypes)
{
    /// <summary>Gets why events are missing if the server confirms the subscription.</summary>
    public McpGapReason? Gap { get; init; }

    /// <summary>Gets whether the position belongs to another subscription, and is forgotten.</summary>
    public bool ForgetsPosition { get; init; }

    /// <summary>Gets the schema that the data of events is checked against; null if it isn't.</summary>
    public JsonElement? PayloadSchema { get; init; }

    public TimeProvider Time { get; } = Context.Options.Time ?? TimeProvider.System;

    public EventsInbox NewInbox(long request, string? cursor)
    {
        var inbox = new EventsInbox(Context, request, cursor is not null, Time) { Gap = Gap, PayloadSchema = PayloadSchema };
        if (ForgetsPosition)
            inbox.ForgetPosition();
        return inbox;
    }

    /// <summary>Gets the parameters that both requests have. The arguments are the same each time: they are part of the subscription's identity.</summary>
    public JsonObject Parameters(string? cursor)
    {
        var subscription = Context.Options.Event;
        var parameters = new JsonObject { ["name"] = subscription.Name, ["arguments"] = JsonNode.Parse(subscription.Arguments), ["cursor"] = cursor };
        if (subscription.MaxAge > TimeSpan.Zero)
            parameters["maxAgeMs"] = (long)subscription.MaxAge.TotalMilliseconds;
        return parameters;
    }

    /// <summary>Posts a request, and measures the time until <paramref name="read"/> has its answer.</summary>
    public Task<T> AskAsync<T>(string method, JsonObject parameters, Func<long, HttpResponseMessage, Task<T>> read, CancellationToken cancellation) => Context.MeasureAsync(
        new McpRequest(EventsProtocol.NextId(), method, parameters), Context.State.Events.Version,
        async request => await read(request.Id, await EventsSession.PostAsync(Context, Context.State.Events, request, cancellation).ConfigureAwait(false))
                .ConfigureAwait(false));

    /// <summary>Gets what an answer means that does not bring what was asked for.</summary>
    public Exception Refusal(RpcAnswer answer, HttpResponseMessage response, string method) => answer.Error is { } error
        ? EventsRefusal.Of(error, Context.State.Events.Capability)
        : response.IsSuccessStatusCode
            ? TransportException.Lost($"the server did not answer {method}")
            : new TransportException(AnswerHead.Reject(response));
}
