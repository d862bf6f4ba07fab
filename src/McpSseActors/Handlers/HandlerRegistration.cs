using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Routing;
using McpSseActors.Handlers;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors;

/// <summary>What receives the events of a type or pattern, and under which name.</summary>
public sealed record HandlerRegistration
{
    private const string NoRouters =
        "A pool or group cannot be a handler: it says that events are handled before its routees have done so, and nothing would bound what they hold.";

    private HandlerRegistration(string name, EventPattern pattern)
    {
        Name = name;
        Pattern = pattern;
    }

    /// <summary>Unique in the stream, and the name of the handler's actor.</summary>
    /// <value>Default: made from what handles; a number is added where it is taken.</value>
    public string Name { get; init; }

    /// <summary>The types that are received.</summary>
    public EventPattern Pattern { get; }

    /// <summary>What happens when events come faster than they are handled.</summary>
    /// <value>Default: <see cref="HandlerOverflow.BackPressure"/>.</value>
    public HandlerOverflow Overflow { get; init; }

    /// <summary>
    /// How many events wait for the handler before <see cref="Overflow"/> drops some; at least 1. Their data, types and IDs are bounded as well,
    /// by <c>mcp-sse.handlers.overflow-size</c>.
    /// </summary>
    /// <value>Default: 1000. Without effect with <see cref="HandlerOverflow.BackPressure"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int OverflowCapacity
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1000;

    /// <summary>The number of restarts within <see cref="RestartWindow"/>; the next failure stops the handler. 0 stops it at once; -1 means no limit.</summary>
    /// <value>Default: null, which is <c>mcp-sse.handlers.max-restarts</c> (-1).</value>
    /// <exception cref="ArgumentOutOfRangeException">It is less than -1.</exception>
    public int? MaxRestarts
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? -1, -1, nameof(value));
            field = value;
        }
    }

    /// <summary>The time in which restarts are counted; it begins with the first of them.</summary>
    /// <value>Default: null, which is <c>mcp-sse.handlers.restart-window</c> (60 s).</value>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or less.</exception>
    public TimeSpan? RestartWindow
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(value));
            field = value;
        }
    }

    /// <summary>What happens to an event at which the handler fails. Not for an actor that exists already, or one with its own mailbox.</summary>
    /// <value>Default: null, which is what durable delivery says, or else that the event is dropped and the handler goes on with the next.</value>
    public RetryOptions? Retry { get; init; }

    /// <summary>True for a handler that only watches: an event that nobody else receives stays unhandled.</summary>
    internal bool IsObserver { get; init; }

    /// <summary>True for a handler that may end at any time.</summary>
    internal bool EndsByItself { get; init; }

    /// <summary>True for a <see cref="BatchHandler"/>: it is told a <see cref="McpEventBatch"/>.</summary>
    internal bool TakesBatches { get; private init; }

    /// <summary>The type of the payloads that it receives; null for one that receives all events.</summary>
    internal Type? PayloadType { get; private init; }

    /// <summary>True for a handler that makes a span for each event itself.</summary>
    internal bool TracesEvents { get; private init; }

    /// <summary>Makes the props of the handler's actor, with the limit of an attempt, if any; null for an actor that exists already.</summary>
    internal Func<ActorSystem, TimeSpan?, Props>? Props { get; private init; }

    /// <summary>The actor that exists already; null for one that the router makes.</summary>
    internal IActorRef? Ref { get; private init; }

    /// <summary>Finds the reason why the handler cannot be created in a host, before it is; null if there is none.</summary>
    internal Func<ActorSystem, string?> FindFault { get; private init; } = _ => null;

    /// <summary>What helps against it.</summary>
    internal string Remedy { get; private init; } = "add the service to the host, or pass the argument";

    /// <summary>
    /// An actor class; its constructor arguments come from the host's services, then from <paramref name="arguments"/>. Each instance gets
    /// a new scope, which ends when the actor stops or restarts. The host does not start if an argument is missing.
    /// </summary>
    /// <typeparam name="TActor">The actor; it receives <see cref="McpEvent"/>, one at a time, or is a <see cref="BatchHandler"/>.</typeparam>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="arguments">Constructor arguments that are not services.</param>
    /// <returns>The handler.</returns>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    public static HandlerRegistration ForActor<TActor>(string pattern, params object[] arguments)
        where TActor : ActorBase =>
        new(typeof(TActor).Name, EventPattern.Parse(pattern))
        {
            Props = (system, _) => ScopedProps(typeof(TActor), arguments, system),
            FindFault = system => HandlerConstructor.FindFault(typeof(TActor), arguments, system),
            TakesBatches = IsBatchHandler(typeof(TActor)),
        };

    /// <summary>A class that gets a new scope and a new instance for each event, for services such as a <c>DbContext</c>.</summary>
    /// <typeparam name="THandler">The class. Its constructor arguments come from the scope.</typeparam>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="arguments">Constructor arguments that are not services.</param>
    /// <returns>The handler.</returns>
    /// <exception cref="FormatException">The pattern is empty or contains a line break.</exception>
    public static HandlerRegistration ForScoped<THandler>(string pattern, params object[] arguments)
        where THandler : class, IEventHandler =>
        new(typeof(THandler).Name, EventPattern.Parse(pattern))
        {
            Props = (system, limit) =>
            {
                var scopes = DependencyResolver.For(system).Resolver.GetService<IServiceScopeFactory>();
                return DelegateHandler.Props<McpEvent>((McpEvent received, CancellationToken stopped) => HandleInScopeAsync(scopes, typeof(THandler), arguments, received, stopped), limit);
            },
            FindFault = system => HandlerConstructor.FindFault(typeof(THandler), arguments, system),
            TracesEvents = true,
        };

    /// <summary>An actor made from props.</summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="props">The actor's props; it receives <see cref="McpEvent"/>, one at a time, or is a <see cref="BatchHandler"/>.</param>
    /// <returns>The handler.</returns>
    /// <exception cref="ArgumentException">The props are of a pool or group: it would answer for routees that are not done yet.</exception>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    public static HandlerRegistration ForProps(string pattern, Props props)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (props.RouterConfig is Pool or Group)
            throw new ArgumentException(NoRouters, nameof(props));
        return new(props.Type.Name, EventPattern.Parse(pattern))
        {
            Props = (_, _) => props,
            FindFault = system => SerializedCreator.FindFault(props, system),
            Remedy = "add WithDeploy(Deploy.Local) to the props, or turn serialize-creators off",
            TakesBatches = IsBatchHandler(props.Type),
        };
    }

    /// <summary>Creates a handler from a delegate, called for one event at a time.</summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">
    /// An <c>Action&lt;McpEvent&gt;</c>, a <c>Func&lt;McpEvent, Task&gt;</c> or a <c>Func&lt;McpEvent, CancellationToken, Task&gt;</c>, also with
    /// <see cref="ValueTask"/>. The next event waits for the task. The token is canceled when the handler's actor stops, with the host at the latest.
    /// </param>
    /// <returns>The handler.</returns>
    /// <exception cref="ArgumentException">The delegate has another form.</exception>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    public static HandlerRegistration ForDelegate(string pattern, Delegate handler) => ForDelegate<McpEvent>(pattern, handler, payloadType: null);

    /// <summary>An actor that exists already; it stays yours, and is forgotten as a handler when it stops.</summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">The actor; it receives <see cref="McpEvent"/>.</param>
    /// <returns>The handler.</returns>
    /// <exception cref="ArgumentException">It is nobody, who could never say that events are handled.</exception>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    public static HandlerRegistration ForActorRef(string pattern, IActorRef handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (handler.IsNobody())
            throw new ArgumentException("Nobody cannot handle events.", nameof(handler));
        return new(handler.Path.Name, EventPattern.Parse(pattern)) { Ref = handler };
    }

    /// <summary>
    /// Creates a handler from a delegate that receives only the events whose payload is a <typeparamref name="T"/>. Map their types with <c>MapPayload</c>.
    /// </summary>
    /// <typeparam name="T">The type of the payload.</typeparam>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">A delegate as for <see cref="ForDelegate(string, Delegate)"/>, with an <see cref="McpEvent{T}"/> in place of the <see cref="McpEvent"/>.</param>
    /// <returns>The handler.</returns>
    /// <exception cref="ArgumentException">The delegate has another form.</exception>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    public static HandlerRegistration ForPayload<T>(string pattern, Delegate handler)
        where T : notnull => ForDelegate<McpEvent<T>>(pattern, handler, typeof(T));

    private static HandlerRegistration ForDelegate<T>(string pattern, Delegate handler, Type? payloadType)
        where T : McpEvent
    {
        var props = DelegateHandler.Props<T>(handler, limit: null);
        return new("delegate", EventPattern.Parse(pattern)) { Props = (_, limit) => limit is null ? props : DelegateHandler.Props<T>(handler, limit), PayloadType = payloadType, TracesEvents = true };
    }

    private static Props ScopedProps(Type actor, object[] arguments, ActorSystem system)
    {
        var resolver = DependencyResolver.For(system).Resolver;
        return resolver.GetService<IServiceScopeFactory>() is { } scopes
            ? Akka.Actor.Props.CreateBy(new HandlerScope(scopes, actor, arguments))
            : resolver.Props(actor, arguments);
    }

    private static async Task HandleInScopeAsync(IServiceScopeFactory scopes, Type handler, object[] arguments, McpEvent received, CancellationToken stopped)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            var instance = ActivatorUtilities.CreateInstance(scope.ServiceProvider, handler, arguments);
            try
            {
                await ((IEventHandler)instance).HandleAsync(received, stopped).ConfigureAwait(false);
            }
            finally
            {
                // The scope knows its services, but not the handler that it made for us.
                if (instance is IAsyncDisposable asynchronous)
                    await asynchronous.DisposeAsync().ConfigureAwait(false);
                else
                    (instance as IDisposable)?.Dispose();
            }
        }
    }

    private static bool IsBatchHandler(Type actor) => actor.IsAssignableTo(typeof(BatchHandler));
}
