using Akka.Actor;
using McpSseActors.Telemetry;

namespace McpSseActors.Handlers;

/// <summary>Calls a delegate for each event whose payload is of its type; others pass by.</summary>
internal sealed class PayloadHandler<T>(Action<McpEvent<T>> handler) : UntypedActor
    where T : notnull
{
    public static Props Props(Action<McpEvent<T>> handler) => Akka.Actor.Props.Create(() => new PayloadHandler<T>(handler));

    protected override void OnReceive(object message)
    {
        if (message is McpEvent<T> received)
            HandlingSpan.Run(received, Self.Path.Name, handler);
        else if (message is not McpEvent)
            Unhandled(message);
    }
}

/// <summary>Calls an asynchronous delegate for each event whose payload is of its type; the next event waits until the task has ended.</summary>
internal sealed class AsyncPayloadHandler<T> : ReceiveActor
    where T : notnull
{
    private readonly CancellationTokenSource _stopped = new();

    public AsyncPayloadHandler(Func<McpEvent<T>, CancellationToken, Task> handler)
    {
        ReceiveAsync<McpEvent<T>>(received => HandlingSpan.RunAsync(received, Self.Path.Name, handler, _stopped.Token));
        Receive<McpEvent>(_ => { });
    }

    public static Props Props(Func<McpEvent<T>, CancellationToken, Task> handler) =>
        Akka.Actor.Props.Create(() => new AsyncPayloadHandler<T>(handler));

    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }
}
