using System.Collections.Immutable;
using Akka.Actor;
using Akka.Hosting;
using McpSseActors.Actors;
using McpSseActors.Actors.DeadLetters;
using McpSseActors.Actors.Streams;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpSseActors.Hosting;

/// <summary>Queries the state of every stream, in a cluster of those on this node, and reports the worst.</summary>
internal sealed class McpSseHealthCheck : IAkkaHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(AkkaHealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!context.ActorRegistry.TryGet<McpSseNode>(out var streams) && !context.ActorRegistry.TryGet<McpSse>(out streams))
            return new HealthCheckResult(context.Registration.FailureStatus, "the streams have not been started");
        try
        {
            var timeout = PipelineSettings.Create(context.ActorSystem.Settings.Config).AskTimeout;
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var all = streams.Ask<AllStats>(new GetAllStats(), timeout, over.Token);
            var letters = streams.Ask<DeadLetterHealth>(new GetDeadLetterHealth(), timeout, over.Token);
            var stored = streams.Ask<StreamStoreHealth>(new GetStreamStoreHealth(), timeout, over.Token);
            var end = Task.WhenAny(streams.WatchAsync(over.Token), context.ActorSystem.WhenTerminated);
            await Task.WhenAny(Task.WhenAll(all, letters, stored), end).ConfigureAwait(false);
            var hasEnded = !all.IsCompleted || !letters.IsCompleted || !stored.IsCompleted;
            await over.CancelAsync().ConfigureAwait(false);
            return hasEnded
                ? new HealthCheckResult(context.Registration.FailureStatus, "the streams have ended")
                : Judge(await all.ConfigureAwait(false), await letters.ConfigureAwait(false), context.Registration.FailureStatus,
                    (await stored.ConfigureAwait(false)).Fault);
        }
        catch (Exception silent) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "the streams do not answer", silent);
        }
    }

    /// <summary>The health of the streams together. Pure.</summary>
    /// <param name="all">All streams.</param>
    /// <param name="letters">Their dead letters; null for none.</param>
    /// <param name="failure">What a failed stream makes of it.</param>
    /// <param name="storeFault">Why stored streams cannot be restored; null if they can.</param>
    internal static HealthCheckResult Judge(AllStats all, DeadLetterHealth? letters, HealthStatus failure, string? storeFault = null)
    {
        string[] faults = [.. FaultsOf(letters), .. storeFault is null ? Array.Empty<string>() : [storeFault]];
        var enabled = all.Streams.Where(s => s.State is not ConnectionState.Disabled).ToArray();
        var worst = enabled.Select(s => Judge(s.State, failure)).Concat(enabled.Where(s => !s.StoppedHandlers.IsEmpty || s.PositionStoreFault is not null || s.WaitingHandlers.ContainsValue(HandlerState.Open)).Select(_ => HealthStatus.Degraded)).Concat(all.Missing.Select(_ => failure)).Concat(faults.Select(_ => HealthStatus.Degraded)).DefaultIfEmpty(HealthStatus.Healthy).Min();
        var connected = enabled.Count(s => s.IsConnected);
        var rest = enabled.Where(s => !s.IsConnected).Select(s => $"; {s.Stream} is {s.State}: {s.StateReason}")
            .Concat(enabled.SelectMany(s => s.StoppedHandlers, (s, handler) => $"; handler {handler.Name} of {s.Stream} has stopped: {handler.Reason}"))
            .Concat(enabled.SelectMany(s => s.WaitingHandlers.Where(each => each.Value is HandlerState.Open), (s, handler) => $"; handler {handler.Key} of {s.Stream} fails, and its circuit is open"))
            .Concat(enabled.Where(s => s.PositionStoreFault is not null).Select(s => $"; {s.Stream}: {s.PositionStoreFault}"))
            .Concat(all.Missing.Select(name => $"; {name} does not answer"))
            .Concat(faults.Select(fault => $"; {fault}"));
        return new HealthCheckResult(
            worst,
            $"{connected} of {enabled.Length + all.Missing.Length} stream(s) connected{string.Concat(rest)}",
            data: all.Streams.ToImmutableDictionary(s => s.Stream, object (s) => s, StringComparer.Ordinal));
    }

    private static IEnumerable<string> FaultsOf(DeadLetterHealth? letters)
    {
        if (letters?.StoreFault is { } fault)
            yield return fault;
        if (letters?.Count > letters?.WarnAbove)
            yield return $"{letters.Count} dead letters, more than {letters.WarnAbove}";
    }

    private static HealthStatus Judge(ConnectionState state, HealthStatus failure) => state switch
    {
        ConnectionState.Failed => failure,
        ConnectionState.Idle or ConnectionState.Connecting or ConnectionState.BackingOff => HealthStatus.Degraded,
        _ => HealthStatus.Healthy,
    };
}
