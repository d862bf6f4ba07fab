using System.Diagnostics;
using Akka.Actor;

namespace McpSseActors.Handlers;

/// <summary>Knows which handler the running code belongs to, also after an <c>await</c>.</summary>
internal static class HandlerContext
{
    private static readonly AsyncLocal<IActorRef?> Running = new();

    /// <summary>Gets a context to run a handler's code in, free of what its creator was doing.</summary>
    public static ExecutionContext? Capture(IActorRef handler)
    {
        var (running, span) = (Running.Value, Activity.Current);
        Running.Value = handler;
        Activity.Current = null;
        var context = ExecutionContext.Capture();
        Running.Value = running;
        Activity.Current = span;
        return context;
    }

    /// <summary>Whether a handler of the stream is running.</summary>
    public static bool IsHandlerOf(string stream) =>
        (Running.Value ?? ActorCell.GetCurrentSelfOrNoSender())?.Path.Elements is [.., var name, "router", _] && name == stream;
}
