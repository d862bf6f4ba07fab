namespace McpSseActors;

/// <summary>
/// Handles events with services of a scope, a <c>DbContext</c> for example. Add it with <c>AddScopedHandler&lt;T&gt;</c> or
/// <see cref="HandlerRegistration.ForScoped{T}"/>: each event gets a new scope and, from it, a new instance; both end when the event is handled.
/// </summary>
public interface IEventHandler
{
    /// <summary>Handles an event. The next one waits until the task ends.</summary>
    /// <param name="received">The event.</param>
    /// <param name="cancellation">Canceled when the handler's actor stops or restarts.</param>
    /// <returns>The task.</returns>
    Task HandleAsync(McpEvent received, CancellationToken cancellation);
}
