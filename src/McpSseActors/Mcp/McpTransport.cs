using System.Text.Json;
using System.Text.Json.Nodes;
using McpSseActors.Connections;
using McpSseActors.Telemetry;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// An attempt to listen to an MCP server, for all revisions: starts, applies the wanted subscriptions, and yields
/// notifications as events. Requests of the server are answered.
/// </summary>
internal abstract class McpTransport : IEventTransport, IMcpListener
{
    private const int ChunkSize = 32 * 1024;

    private readonly McpOutput _output = new();
    private readonly McpReplies _replies;
    private readonly SemaphoreSlim _applying = new(1);
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time = TimeProvider.System;
    private McpResync? _resync;
    private bool _isProved;

    /// <summary>What to do if the server turns out to be no MCP server.</summary>
    public const string PlainRemedy = "for a plain event stream set transport = \"sse\"";

    protected McpTransport(McpContext context)
    {
        Context = context;
        _replies = new McpReplies(context, ReplyAsync, Explain);
    }

    /// <summary>Gets how long to wait for an awaited message after something other than JSON-RPC came first.</summary>
    protected TimeSpan LeastPatience => Context.Options.ConnectionTimeout / 2;

    protected McpContext Context { get; }

    protected McpState State => Context.State;

    /// <summary>Gets a token that is cancelled when the attempt ends.</summary>
    protected CancellationToken Over => _over.Token;

    /// <summary>
    /// Gets a task that completes when the attempt is open. From then on, the end of the attempt is reported after
    /// everything that arrived.
    /// </summary>
    protected Task Opened => _opened.Task;

    /// <summary>Gets or sets whether the server resends what was missed, so that no resync is reported.</summary>
    protected bool IsResumed { get; set; }

    public async Task<AttemptOutcome> OpenAsync(OpenRequest request, CancellationToken cancellation)
    {
        Context.Http.Span = request.Span;
        State.Restore(request.Position);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, Over);
        try
        {
            Run(_replies.RunAsync);
            var begin = BeginAsync(request.Position.LastEventId, either.Token);
            _ = begin.ContinueWith(static late => late.Exception, TaskScheduler.Default);
            await (await Task.WhenAny(begin, _ended.Task).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await either.CancelAsync().ConfigureAwait(false);
            return Context.Http.Describe(fault);
        }

        State.UnusableSessions = 0;
        var resync = _resync = State.StartListening(this, IsResumed) is { } since ? new McpResync(this, Context, since) : null;
        _output.Open();
        _opened.TrySetResult();
        Run(async over =>
        {
            await ApplyAsync().ConfigureAwait(false);
            if (resync is not null)
                await resync.RunAsync(_isProved, over).ConfigureAwait(false);
        });
        Run(async over =>
        {
            await WaitAsync(Context.Options.HealthyAfter, over).ConfigureAwait(false);
            State.Prove();
        });
        return new AttemptOutcome.Opened(Context.Http.Url);
    }

    public ValueTask<Chunk> ReadAsync(int chunkSize, CancellationToken cancellation) => _output.ReadAsync(cancellation);

    public virtual Task CloseAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc />
    public async Task ApplyAsync()
    {
        try
        {
            await _applying.WaitAsync(Over).ConfigureAwait(false);
            try
            {
                await ApplyAsync(State.Wanted, Over).ConfigureAwait(false);
            }
            finally
            {
                _applying.Release();
            }
        }
        catch (Exception fault)
        {
            Fail(fault);
        }
    }

    public void Dispose()
    {
        if (Over.IsCancellationRequested)
            return;
        State.StopListening(this, _time.GetUtcNow());
        _over.Cancel();
        _output.Discard();
        Context.Http.Dispose();
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="RpcException">The server answered with an error.</exception>
    public async Task<JsonElement> RequestAsync(string method, JsonObject? parameters, CancellationToken cancellation)
    {
        var id = State.NextId();
        var answer = Context.Pending.Add(id);
        using var limit = new Patience(Context.Options.ConnectionTimeout, cancellation);
        limit.Begin();
        try
        {
            return await Context.MeasureAsync(new McpRequest(id, method, parameters), State.Session?.Version ?? State.Status.ProtocolVersion, async request =>
            {
                await RequestAsync(request, answer, limit.Token).ConfigureAwait(false);
                return await answer.WaitAsync(limit.Token).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Context.Pending.Unassigned ?? (Exception)new RpcTimeoutException(method, Context.Options.ConnectionTimeout);
        }
        finally
        {
            Context.Pending.Remove(id);
        }
    }

    /// <summary>
    /// Gets whether a request that failed was refused alone: the stream goes on without it.
    /// </summary>
    public bool IsRefusal => !Over.IsCancellationRequested && !HasLostSession;

    /// <summary>Explains why a request failed, in one line.</summary>
    public string Explain(Exception fault) => fault is RpcException or RpcTimeoutException
        ? fault.Message
        : Context.Http.Describe(fault) switch
        {
            AttemptOutcome.Rejected rejected => $"the server answered {rejected.Status}",
            AttemptOutcome.NotSupported wrong => wrong.Reason,
            AttemptOutcome.Lost lost => lost.Reason,
            var other => other.ToString(),
        };

    /// <summary>Writes events to the output.</summary>
    public ValueTask EmitAsync(Chunk chunk, CancellationToken cancellation) => _output.WriteAsync(chunk, cancellation);

    /// <summary>
    /// Writes what an inbox has read. The first event proves the connection, and what may have been missed is reported
    /// before it.
    /// </summary>
    protected ValueTask EmitAsync(McpInbox inbox, Chunk chunk, CancellationToken cancellation) =>
        _isProved || !inbox.HasNews ? EmitAsync(chunk, cancellation) : EmitFirstAsync(chunk, cancellation);

    /// <summary>Gets whether the server no longer knows the session, which ends the attempt.</summary>
    protected virtual bool HasLostSession => false;

    /// <summary>Connects until the server can send events, and starts to read its stream.</summary>
    protected abstract Task BeginAsync(string lastEventId, CancellationToken cancellation);

    /// <summary>Applies the wanted subscriptions to the server. What it refuses is not granted.</summary>
    protected abstract Task ApplyAsync(McpSubscriptions wanted, CancellationToken cancellation);

    /// <summary>
    /// Sends a request; <paramref name="answer"/> completes when its answer arrives, on this or another stream.
    /// </summary>
    protected abstract Task RequestAsync(McpRequest request, Task answer, CancellationToken cancellation);

    /// <summary>Answers a request of the server.</summary>
    protected abstract Task ReplyAsync(byte[] reply, CancellationToken cancellation);

    /// <summary>Reads the main stream until its end, which ends the attempt.</summary>
    /// <param name="from">A task that must complete first.</param>
    /// <param name="body">The stream.</param>
    /// <param name="inbox">Reads its messages.</param>
    /// <param name="ended">Gets the outcome of a clean end.</param>
    protected void Listen(Task from, EventBody body, McpInbox inbox, Func<AttemptOutcome> ended) => Run(async over =>
    {
        await using (body.ConfigureAwait(false))
        {
            await from.WaitAsync(over).ConfigureAwait(false);
            await PumpAsync(body, inbox, () => false, over).ConfigureAwait(false);
        }

        End(ended());
    });

    /// <summary>Ends the attempt after everything that arrived has been read.</summary>
    protected void End(AttemptOutcome outcome) => End(new TransportException(outcome));

    /// <summary>Reads a stream until its end, or until a condition holds.</summary>
    protected async Task PumpAsync(EventBody body, McpInbox inbox, Func<bool> isEnough, CancellationToken cancellation)
    {
        while (!isEnough() && await body.ReadAsync(ChunkSize, cancellation).ConfigureAwait(false) is { IsEnd: false } read)
        {
            await EmitAsync(inbox, inbox.Read(read), cancellation).ConfigureAwait(false);
            await AnswerAsync(inbox, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Gets whether answers to the server's requests can be sent; until then, they stay in the inbox.</summary>
    protected virtual bool CanReply => true;

    /// <summary>Queues the answers to the server's requests.</summary>
    protected async Task AnswerAsync(McpInbox inbox, CancellationToken cancellation)
    {
        if (CanReply)
            await _replies.AddAsync(inbox.TakeReplies(), cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs work in the background until the attempt ends. An exception ends the attempt.</summary>
    protected void Run(Func<CancellationToken, Task> work) => _ = Task.Run(async () =>
    {
        try
        {
            await work(Over).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            Fail(fault);
        }
    });

    /// <summary>Waits for a time.</summary>
    public async Task WaitAsync(TimeSpan time, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(time, _time);
        await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
    }

    private async ValueTask EmitFirstAsync(Chunk chunk, CancellationToken cancellation)
    {
        _isProved = true;
        State.Prove();
        if (_resync is not null)
            await _resync.AnnounceAsync(cancellation).ConfigureAwait(false);
        await EmitAsync(chunk, cancellation).ConfigureAwait(false);
    }

    private void Fail(Exception fault)
    {
        if (!Over.IsCancellationRequested)
            End(new TransportException(Context.Http.Describe(fault)));
    }

    // A starting attempt fails at once, not at its deadline.
    private void End(TransportException fault)
    {
        _output.End(fault);
        _ended.TrySetException(fault);
        _ = _ended.Task.Exception;
    }
}

/// <summary>A JSON-RPC request.</summary>
/// <param name="Id">Its ID.</param>
/// <param name="Method">The method.</param>
/// <param name="Parameters">The parameters; null for none.</param>
internal sealed record McpRequest(long Id, string Method, JsonObject? Parameters)
{
    /// <summary>Gets what measures it, and has the trace context; null if nobody listens.</summary>
    public McpOperation? Operation { get; init; }

    /// <summary>Creates its JSON. May be called repeatedly.</summary>
    public byte[] ToJson()
    {
        var parameters = (JsonObject?)Parameters?.DeepClone();
        Operation?.Inject(parameters ??= []);
        return JsonRpc.Request(Id, Method, parameters);
    }

    /// <summary>Posts it as revision 2026-07-28 wants it: complete, and with its method in a header.</summary>
    public Task<HttpResponseMessage> PostAsync(McpHttp http, JsonObject meta, CancellationToken cancellation)
    {
        var parameters = Parameters ?? [];
        parameters["_meta"] = meta;
        var name = parameters["name"] ?? parameters["uri"];
        (string, string)[] headers =
        [
            (McpProtocol.VersionHeader, McpProtocol.Modern),
            ("Mcp-Method", Method),
            .. name is null ? Array.Empty<(string, string)>() : [("Mcp-Name", McpHeaderEncoder.EncodeValue(name.GetValue<string>())!)],
        ];
        return http.PostAsync(http.Url, (this with { Parameters = parameters }).ToJson(), headers, cancellation);
    }
}
