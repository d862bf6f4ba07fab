using Akka.Actor;
using McpSseActors.Telemetry;

namespace McpSseActors.Handlers;

/// <summary>Creates the actor that calls a delegate, from the type of the delegate.</summary>
internal static class DelegateHandler
{
    /// <param name="handler">The delegate.</param>
    /// <param name="limit">How long an asynchronous one may take for an event; null for no limit.</param>
    /// <exception cref="ArgumentException">The delegate has another form.</exception>
    public static Props Props<T>(Delegate handler, TimeSpan? limit)
        where T : McpEvent
    {
        ArgumentNullException.ThrowIfNull(handler);
        return handler switch
        {
            Action<T> act => new PropsByCall<DelegateHandler<T>>(Deploy.None, () => new DelegateHandler<T>(act)),
            Func<T, Task> start => Async((received, _) => start(received)),
            Func<T, CancellationToken, Task> start => Async(start),
            Func<T, ValueTask> start => Async((received, _) => start(received).AsTask()),
            Func<T, CancellationToken, ValueTask> start => Async((received, stopped) => start(received, stopped).AsTask()),
            _ => throw new ArgumentException(
                $"{handler.GetType()} cannot handle events. Pass {Form<T>()} => void, {Form<T>()} => Task, or {Form<T>(", CancellationToken")} => Task; "
                + "ValueTask is also accepted. Put the body of a lambda that returns another value in braces.",
                nameof(handler)),
        };

        Props Async(Func<T, CancellationToken, Task> handle)
        {
            var limited = limit is { } most ? TimeLimit.On(handle, most) : handle;
            return new PropsByCall<AsyncDelegateHandler<T>>(Deploy.None, () => new AsyncDelegateHandler<T>(limited));
        }
    }

    private static string Form<T>(string more = "") =>
        typeof(T) == typeof(McpEvent) ? $"(McpEvent{more})" : $"(McpEvent<{typeof(T).GenericTypeArguments[0].Name}>{more})";
}

/// <summary>Calls a delegate for each event of its type, and ignores other events.</summary>
internal sealed class DelegateHandler<T>(Action<T> handler) : UntypedActor
    where T : McpEvent
{
    protected override void OnReceive(object message)
    {
        if (message is T received)
            HandlingSpan.Run(received, Self.Path.Name, handler);
        else if (message is not McpEvent)
            Unhandled(message);
    }
}

/// <summary>
/// Calls an asynchronous delegate for each event of its type, one after the other, and ignores other events. The delegate runs beside the actor:
/// when the actor stops, what follows an <c>await</c> still runs, with its token canceled.
/// </summary>
internal sealed class AsyncDelegateHandler<T> : UntypedActor
    where T : McpEvent
{
    private readonly Func<T, CancellationToken, Task> _handler;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ExecutionContext? _context;
    private readonly ContextCallback _begin;
    private T? _received;
    private Task _handling = Task.CompletedTask;

    public AsyncDelegateHandler(Func<T, CancellationToken, Task> handler)
    {
        _handler = handler;
        _context = HandlerContext.Capture(Self);
        _begin = _ => _handling = HandlingSpan.RunAsync(_received!, Self.Path.Name, _handler, _stopped.Token);
    }

    protected override void OnReceive(object message)
    {
        if (message is T received)
            Handle(received);
        else if (message is not McpEvent)
            Unhandled(message);
    }

    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private void Handle(T received)
    {
        _received = received;
        if (_context is null)
            _begin(null);
        else
            ExecutionContext.Run(_context, _begin, null);
        var handling = _handling;
        if (!handling.IsCompletedSuccessfully)
            RunTask(() => handling);
    }
}
