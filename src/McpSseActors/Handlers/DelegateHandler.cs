using Akka.Actor;
using McpSseActors.Telemetry;

namespace McpSseActors.Handlers;

/// <summary>Calls a delegate for each event.</summary>
internal sealed class DelegateHandler(Action<McpEvent> handler) : UntypedActor
{
    public static Props Props(Action<McpEvent> handler) => new PropsByCall<DelegateHandler>(Deploy.None, () => new DelegateHandler(handler));

    protected override void OnReceive(object message)
    {
        if (message is McpEvent received)
            HandlingSpan.Run(received, Self.Path.Name, handler);
        else
            Unhandled(message);
    }
}

/// <summary>Calls an asynchronous delegate for each event; the next event waits until the task has ended.</summary>
internal sealed class AsyncDelegateHandler : ReceiveActor
{
    private readonly CancellationTokenSource _stopped = new();

    public AsyncDelegateHandler(Func<McpEvent, CancellationToken, Task> handler) =>
        ReceiveAsync<McpEvent>(received => HandlingSpan.RunAsync(received, Self.Path.Name, handler, _stopped.Token));

    public static Props Props(Func<McpEvent, CancellationToken, Task> handler) =>
        Akka.Actor.Props.Create(() => new AsyncDelegateHandler(handler));

    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }
}
