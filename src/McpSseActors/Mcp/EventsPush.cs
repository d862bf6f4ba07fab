using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>Events that the server sends on one long response (<c>events/stream</c>).</summary>
internal sealed class EventsPush(EventsSetting setting) : IEventsSource
{
    private const int ChunkSize = 32 * 1024;

    private readonly Silence _silence = new(setting.Context.Options.ReadTimeout, setting.Time);
    private EventBody? _body;
    private EventsInbox? _inbox;

    private EventsInbox Inbox => _inbox!;

    public Task OpenAsync(string? cursor, CancellationToken cancellation) =>
        setting.AskAsync(EventsProtocol.Stream, setting.Parameters(cursor), (id, response) => ConfirmAsync(id, cursor, response, cancellation), cancellation);

    public async Task<AttemptOutcome> RunAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _silence.Token);
        try
        {
            while (Inbox is { End: null, IsAnswered: false } && await ReadAsync(_body!, either.Token).ConfigureAwait(false))
            {
            }
        }
        catch (OperationCanceledException) when (_silence.Token.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return new AttemptOutcome.Lost($"the server sent neither an event nor a heartbeat for {_silence.Limit.TotalSeconds:0.###} s");
        }

        if (Inbox.End is { } end)
            throw end;
        return Inbox.IsAnswered ? new AttemptOutcome.Ended() : new AttemptOutcome.Lost("the server closed the stream without an answer");
    }

    public async ValueTask DisposeAsync()
    {
        _silence.Dispose();
        if (_body is not null)
            await _body.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<EventsInbox> ConfirmAsync(long id, string? cursor, HttpResponseMessage response, CancellationToken cancellation)
    {
        var options = setting.Context.Options;
        if (AnswerHead.Refuse(response) is not null)
        {
            using (response)
                throw setting.Refusal(await RpcAnswer.ReadAsync(response, id, options, setting.Context.Redactor, cancellation).ConfigureAwait(false),
                    response, EventsProtocol.Stream);
        }

        _body = await EventBody.OpenAsync(response, options.MaxEventSize, cancellation, options.Tee).ConfigureAwait(false);
        _inbox = setting.NewInbox(id, cursor);
        while (!Inbox.IsConfirmed)
        {
            if (await ReadAsync(_body, cancellation).ConfigureAwait(false) || Inbox.IsConfirmed)
                continue;
            throw Inbox.End is { } refusal ? refusal : TransportException.Lost("the server ended the stream before it confirmed the subscription");
        }

        return Inbox;
    }

    // A comment shows that the connection is alive, and says nothing about the subscription.
    private async Task<bool> ReadAsync(EventBody body, CancellationToken cancellation)
    {
        if (Inbox.IsConfirmed)
            _silence.Begin();
        var chunk = await body.ReadAsync(ChunkSize, cancellation).ConfigureAwait(false);
        if (chunk.IsEnd)
            return false;
        var wasConfirmed = Inbox.IsConfirmed;
        if (wasConfirmed)
            _silence.Pause();
        var signs = Inbox.Signs;
        var read = Inbox.Read(chunk);
        if (wasConfirmed && Inbox.Signs > signs)
            _silence.Break(Inbox.Heartbeats);
        if (Inbox.HasNewTypes)
            setting.OnNewTypes();
        Inbox.HasNewTypes = false;
        await setting.Emit(read, cancellation).ConfigureAwait(false);
        return Inbox is { End: null, IsAnswered: false };
    }
}
