namespace McpSseActors.Tests.Cli;

/// <summary>The time of the system, in which a test lets the hours pass that a command waits for.</summary>
internal sealed class EarlyHours : TimeProvider
{
    private readonly ConcurrentQueue<Action> _waiting = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= TimeSpan.FromHours(1))
            _waiting.Enqueue(() => callback(state));
        return System.CreateTimer(callback, state, dueTime, period);
    }

    public void Pass()
    {
        foreach (var due in _waiting)
            due();
    }
}
