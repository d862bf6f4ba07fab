using System.Collections.Concurrent;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Handlers;

/// <summary>Creates each instance of a handler actor in a new scope, which ends when the actor stops or restarts.</summary>
internal sealed class HandlerScope(IServiceScopeFactory scopes, Type type, object[] arguments) : IIndirectActorProducer
{
    private readonly ConcurrentDictionary<ActorBase, AsyncServiceScope> _open = new(ReferenceEqualityComparer.Instance);

    public Type ActorType => type;

    public ActorBase Produce()
    {
        var scope = scopes.CreateAsyncScope();
        try
        {
            var actor = (ActorBase)ActivatorUtilities.CreateInstance(scope.ServiceProvider, type, arguments);
            _open[actor] = scope;
            return actor;
        }
        catch
        {
            Release(scope);
            throw;
        }
    }

    public void Release(ActorBase actor)
    {
        if (_open.TryRemove(actor, out var scope))
            Release(scope);
    }

    /// <summary>Disposes of a scope. An actor does not wait for services that are disposed of asynchronously.</summary>
    public static void Release(AsyncServiceScope scope) => scope.DisposeAsync().AsTask().ContinueWith(
        static disposal => _ = disposal.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
