using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Akka.Event;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>
/// An attempt to listen to an MCP server. Whatever the revision: it begins, makes the server send what is wanted, and yields what it sends as
/// events. Requests of the server are answered on the way.
/// </summary>
internal abstract class McpTransport : IEventTransport, IMcpListener
{
    /// <summary>So many requests of the server wait to be answered before its streams are read on.</summary>
    private const int MostReplies = 16;
    private const int ChunkSize = 32 * 1024;

    private readonly McpOutput _output = new();
    private readonly Channel<byte[]> _replies = Channel.CreateBounded<byte[]>(MostReplies);
    private readonly SemaphoreSlim _applying = new(1);
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time = TimeProvider.System;

    protected McpTransport(McpContext context) => Context = context;

    protected McpContext Context { get; }

    protected McpState State => Context.State;

    /// <summary>Cancelled when the attempt is over.</summary>
    protected CancellationToken Over => _over.Token;

    /// <summary>Ends when the attempt is open: what ends the attempt from then on is told behind all that came.</summary>
    protected Task Opened => _opened.Task;

    /// <summary>Whether the server sends again what was missed, so that nothing is to be told of it.</summary>
    protected bool IsResumed { get; set; }

    public async Task<AttemptOutcome> OpenAsync(OpenRequest request, CancellationToken cancellation)
    {
        Context.Http.Span = request.Span;
        State.Restore(request.Position);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, Over);
        try
        {
            Run(ReplyAsync);
            var begin = BeginAsync(request.Position.LastEventId, either.Token);
            _ = begin.ContinueWith(static late => late.Exception, TaskScheduler.Default);
            await (await Task.WhenAny(begin, _ended.Task).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await either.CancelAsync().ConfigureAwait(false);
            return Context.Http.Describe(fault);
        }

        var since = State.Listen(this);
        var mayHaveMissed = since is { } lostAt && !IsResumed ? new McpResync(State, lostAt) : null;
        if (mayHaveMissed is not null)
            await _output.WriteAsync(mayHaveMissed.Announce(), either.Token).ConfigureAwait(false);
        _output.Open();
        _opened.TrySetResult();
        Run(async over =>
        {
            await ApplyAsync().ConfigureAwait(false);
            if (mayHaveMissed is not null && Context.Options.Mcp.ReadOnResync)
                await mayHaveMissed.ReadAsync(this, over).ConfigureAwait(false);
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
        State.Leave(this, _time.GetUtcNow());
        _over.Cancel();
        _output.Discard();
        Context.Http.Dispose();
    }

    /// <summary>Sends a request, and waits for its answer.</summary>
    /// <exception cref="RpcException">The server answered with an error.</exception>
    public async Task<JsonElement> RequestAsync(string method, JsonObject? parameters, CancellationToken cancellation)
    {
        var id = State.NextId();
        var answer = Context.Pending.Add(id);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Context.Options.ConnectionTimeout);
        try
        {
            await RequestAsync(new McpRequest(id, method, parameters), answer, limit.Token).ConfigureAwait(false);
            return await answer.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RpcTimeoutException(method, Context.Options.ConnectionTimeout);
        }
        finally
        {
            Context.Pending.Remove(id);
        }
    }

    /// <summary>Passes events on.</summary>
    public ValueTask EmitAsync(Chunk chunk, CancellationToken cancellation) => _output.WriteAsync(chunk, cancellation);

    /// <summary>Does all that is needed until the server sends events, and lets its stream run.</summary>
    protected abstract Task BeginAsync(string lastEventId, CancellationToken cancellation);

    /// <summary>Makes the server send what is wanted. Whatever it refuses is not granted.</summary>
    protected abstract Task ApplyAsync(McpSubscriptions wanted, CancellationToken cancellation);

    /// <summary>Sends a request; <paramref name="answer"/> ends when its answer comes, by this exchange or another.</summary>
    protected abstract Task RequestAsync(McpRequest request, Task answer, CancellationToken cancellation);

    /// <summary>Answers a request of the server.</summary>
    protected abstract Task ReplyAsync(byte[] reply, CancellationToken cancellation);

    /// <summary>Lets the stream that is listened to run until its end, which ends the attempt.</summary>
    /// <param name="from">From when on it is read.</param>
    /// <param name="body">The stream.</param>
    /// <param name="inbox">What decodes it.</param>
    /// <param name="ended">Says how a clean end is meant.</param>
    protected void Listen(Task from, EventBody body, McpInbox inbox, Func<AttemptOutcome> ended) => Run(async over =>
    {
        await using (body.ConfigureAwait(false))
        {
            await from.WaitAsync(over).ConfigureAwait(false);
            await PumpAsync(body, inbox, () => false, over).ConfigureAwait(false);
        }

        End(ended());
    });

    /// <summary>Ends the attempt when everything that came is read.</summary>
    protected void End(AttemptOutcome outcome) => End(new TransportException(outcome));

    /// <summary>Reads a stream until its end, or until it is enough.</summary>
    protected async Task PumpAsync(EventBody body, McpInbox inbox, Func<bool> isEnough, CancellationToken cancellation)
    {
        while (!isEnough() && await body.ReadAsync(ChunkSize, cancellation).ConfigureAwait(false) is { IsEnd: false } read)
        {
            await EmitAsync(inbox.Read(read), cancellation).ConfigureAwait(false);
            await AnswerAsync(inbox, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Puts answers to the server's requests on their way.</summary>
    protected async Task AnswerAsync(McpInbox inbox, CancellationToken cancellation)
    {
        foreach (var reply in inbox.TakeReplies())
            await _replies.Writer.WriteAsync(reply, cancellation).ConfigureAwait(false);
    }

    /// <summary>Does something beside the listening, for as long as the attempt lasts. What it throws ends the attempt.</summary>
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

    /// <summary>Waits.</summary>
    protected async Task WaitAsync(TimeSpan time, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(time, _time);
        await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
    }

    private void Fail(Exception fault)
    {
        if (!Over.IsCancellationRequested)
            End(new TransportException(Context.Http.Describe(fault)));
    }

    // Whoever still begins is told at once, and not when the time is up.
    private void End(TransportException fault)
    {
        _output.End(fault);
        _ended.TrySetException(fault);
        _ = _ended.Task.Exception;
    }

    // One after the other: a server that asks faster than it takes answers is not read meanwhile.
    private async Task ReplyAsync(CancellationToken over)
    {
        await foreach (var reply in _replies.Reader.ReadAllAsync(over).ConfigureAwait(false))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(over);
            limit.CancelAfter(Context.Options.ConnectionTimeout);
            try
            {
                await ReplyAsync(reply, limit.Token).ConfigureAwait(false);
            }
            catch (Exception refused) when (!over.IsCancellationRequested)
            {
                State.Log.Debug("Stream {Stream}: the server does not take the answer to its request: {Reason}", State.Stream, Context.Http.Describe(refused));
            }
        }
    }
}

/// <summary>A JSON-RPC request.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Method">What is asked for.</param>
/// <param name="Parameters">With what; null for nothing.</param>
internal sealed record McpRequest(long Id, string Method, JsonObject? Parameters)
{
    /// <summary>As it is sent. May be made again and again.</summary>
    public byte[] ToJson() => JsonRpc.Request(Id, Method, (JsonObject?)Parameters?.DeepClone());
}
