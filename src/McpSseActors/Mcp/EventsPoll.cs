using System.Text.Json;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>Events that the client asks for again and again (<c>events/poll</c>).</summary>
internal sealed class EventsPoll(EventsSetting setting) : IEventsSource
{
    private EventsInbox? _inbox;
    private string? _cursor;
    private int? _mostEvents;
    private JsonElement _answer;
    private int _pollsAtOnce;

    // The first answer waits until it is read: it may be long.
    public async Task OpenAsync(string? cursor, CancellationToken cancellation)
    {
        _cursor = cursor;
        _inbox = setting.NewInbox(request: 0, cursor);
        _answer = await AskAsync(cancellation).ConfigureAwait(false);
    }

    public async Task<AttemptOutcome> RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var wait = await PassOnAsync(_answer, cancellation).ConfigureAwait(false);
            _answer = default;
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, setting.Time, cancellation).ConfigureAwait(false);
            using var limit = new Patience(setting.Context.Options.ConnectionTimeout, cancellation);
            limit.Begin();
            try
            {
                _answer = await AskAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (limit.IsOver)
            {
                return new AttemptOutcome.Lost(
                    $"the server did not answer {EventsProtocol.Poll} within the connection_timeout of {setting.Context.Options.ConnectionTimeout.TotalSeconds:0.###} s");
            }
        }
    }

    public ValueTask DisposeAsync() => default;

    private async Task<TimeSpan> PassOnAsync(JsonElement result, CancellationToken cancellation)
    {
        var cursor = McpProtocol.Text(result, "cursor") is { Length: > 0 } next ? next : null;
        var hasEvents = result.TryGetProperty("events", out var events) && events.ValueKind is JsonValueKind.Array && events.GetArrayLength() > 0;
        var isMoving = hasEvents || (cursor is not null && cursor != _cursor);
        _cursor = cursor ?? _cursor;
        await setting.Emit(_inbox!.ReadPoll(result, cursor), cancellation).ConfigureAwait(false);
        return Wait(result, isMoving);
    }

    // A server that always has more, and sends nothing, is not asked without a pause.
    private TimeSpan Wait(JsonElement result, bool isMoving)
    {
        var hasMore = result.TryGetProperty("hasMore", out var more) && more.ValueKind is JsonValueKind.True;
        if (hasMore && isMoving && ++_pollsAtOnce <= EventsProtocol.MostPollsAtOnce)
            return TimeSpan.Zero;
        _pollsAtOnce = 0;
        if (!result.TryGetProperty("nextPollMs", out var next) || next.ValueKind is not JsonValueKind.Number || !next.TryGetDouble(out var milliseconds) || !(milliseconds >= 0))
            return EventsProtocol.UsualPollInterval;
        var wait = milliseconds < EventsProtocol.LongestPollInterval.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : EventsProtocol.LongestPollInterval;
        return wait > EventsProtocol.ShortestPollInterval ? wait : EventsProtocol.ShortestPollInterval;
    }

    // An answer that is too long is asked for in smaller pieces.
    private async Task<JsonElement> AskAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var parameters = setting.Parameters(_cursor);
            if (_mostEvents is { } most)
                parameters["maxEvents"] = most;
            var answer = await setting.AskAsync(
                EventsProtocol.Poll, parameters, (id, response) => ReadAsync(id, response, cancellation), cancellation).ConfigureAwait(false);
            if (answer is { HasNewTypes: true })
                setting.OnNewTypes();
            if (answer?.Result is { } result)
                return result;
            if (_mostEvents is 1)
                throw TransportException.NotSupported($"an event is longer than the max_event_size of {setting.Context.Options.MaxEventSize} bytes");
            _mostEvents = Math.Max(1, (_mostEvents ?? (EventsProtocol.FewerEvents * 10)) / 10);
        }
    }

    // Null if it is too long.
    private async Task<RpcAnswer?> ReadAsync(long id, HttpResponseMessage response, CancellationToken cancellation)
    {
        using var over = response;
        try
        {
            var answer = await RpcAnswer.ReadAsync(response, id, setting.Context.Options, setting.Context.Redactor, cancellation).ConfigureAwait(false);
            return answer.IsTooLong || (answer.Result is { } result && EventsDiscovery.IsComplete(result)) ? answer : throw setting.Refusal(answer, response, EventsProtocol.Poll);
        }
        catch (TransportException tooLong) when (tooLong.Outcome is AttemptOutcome.NotSupported && response.IsSuccessStatusCode)
        {
            return null;
        }
    }
}
