using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Routing;
using McpSseActors.Events;
using McpSseActors.Messages;

namespace McpSseActors.Handlers;

/// <summary>What receives the events of a type or pattern, and under which name.</summary>
public sealed record HandlerRegistration
{
    private const string NoRouters = "A pool or group cannot be a handler: it says that events are handled before its routees have done so, and nothing would bound what they hold.";

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

    /// <summary>True for a handler that only watches: an event that nobody else receives stays unhandled.</summary>
    internal bool IsObserver { get; init; }

    /// <summary>Makes the props of the handler's actor; null for an actor that exists already.</summary>
    internal Func<ActorSystem, Props>? Props { get; private init; }

    /// <summary>The actor that exists already; null for one that the router makes.</summary>
    internal IActorRef? Ref { get; private init; }

    /// <summary>An actor class; its constructor arguments come from the host's services, then from <paramref name="arguments"/>.</summary>
    /// <typeparam name="TActor">The actor; it receives <see cref="McpEvent"/>, one at a time.</typeparam>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="arguments">Constructor arguments that are no services.</param>
    public static HandlerRegistration ForActor<TActor>(string pattern, params object[] arguments)
        where TActor : ActorBase =>
        new(typeof(TActor).Name, EventPattern.Parse(pattern)) { Props = system => DependencyResolver.For(system).Props<TActor>(arguments) };

    /// <summary>An actor made from props.</summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="props">The actor's props; it receives <see cref="McpEvent"/>, one at a time.</param>
    /// <exception cref="ArgumentException">The props are of a pool or group: it would answer for routees that are not done yet.</exception>
    public static HandlerRegistration ForProps(string pattern, Props props)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (props.RouterConfig is Pool or Group)
            throw new ArgumentException(NoRouters, nameof(props));
        return new(props.Type.Name, EventPattern.Parse(pattern)) { Props = _ => props };
    }

    /// <summary>A delegate.</summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">Called for one event at a time.</param>
    public static HandlerRegistration ForDelegate(string pattern, Action<McpEvent> handler) =>
        new("delegate", EventPattern.Parse(pattern)) { Props = _ => DelegateHandler.Props(handler) };

    /// <summary>An asynchronous delegate.</summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">Called for one event at a time; the next waits until its task has ended.</param>
    public static HandlerRegistration ForDelegate(string pattern, Func<McpEvent, Task> handler) => ForDelegate(pattern, (received, _) => handler(received));

    /// <summary>An asynchronous delegate.</summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">Called for one event at a time; its token is cancelled when its actor stops, with the host at the latest.</param>
    public static HandlerRegistration ForDelegate(string pattern, Func<McpEvent, CancellationToken, Task> handler) =>
        new("delegate", EventPattern.Parse(pattern)) { Props = _ => AsyncDelegateHandler.Props(handler) };

    /// <summary>An actor that exists already; it stays yours, and is forgotten as a handler when it stops.</summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">The actor; it receives <see cref="McpEvent"/>.</param>
    /// <exception cref="ArgumentException">It is nobody, who could never say that events are handled.</exception>
    public static HandlerRegistration ForActorRef(string pattern, IActorRef handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (handler.IsNobody())
            throw new ArgumentException("Nobody cannot handle events.", nameof(handler));
        return new(handler.Path.Name, EventPattern.Parse(pattern)) { Ref = handler };
    }
}

/// <summary>Adds a handler while running. Does not leave the process. Reply: <see cref="HandlerAdded"/>.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record AddHandler(HandlerRegistration Handler, string? Stream = null)
    : IStreamRequest, INoSerializationVerificationNeeded;

/// <summary>A handler was added; it receives every event dispatched from now on.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Name">The name with which <see cref="RemoveHandler"/> takes it away again.</param>
public sealed record HandlerAdded(string Stream, string Name) : IMcpSseMessage;
