using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Streams;
using McpSseActors.Configuration;

namespace McpSseActors.Actors;

/// <summary>How streams come and go.</summary>
internal sealed partial class McpSseSupervisor
{
    private void ComingAndGoing()
    {
        Receive<AddStream>(Add);
        Receive<RemoveStream>(Remove);
        Receive<LeaverDrained>(drained => End(drained.Stream));
        Receive<LeaverStands>(stands => Explain(stands.Stream));
        Receive<Terminated>(gone => StreamOf(gone) is not null, gone => Bury(StreamOf(gone)!));
        Receive<ShutDown>(_ => ShutDownAll());
    }

    private StreamEntry? StreamOf(Terminated gone) =>
        _streams.GetValueOrDefault(gone.ActorRef.Path.Name) is { } stream && stream.Actor.Equals(gone.ActorRef) ? stream : null;

    private void StartStream(StreamOptions options, string? file = null)
    {
        if (!options.Enable)
            _log.Info("Stream {Stream} is disabled: it does not connect", options.Name);
        WarnOfLimit(options);
        var handlers = _setup.Handlers.Where(h => h.Stream is null || h.Stream == options.Name).Select(h => h.Handler);
        _states.Add(options.Name, Context.System.Scheduler.Now);
        var actor = Context.Watch(Context.ActorOf(StreamActor.Props(options, _settings, [.. handlers], _setup.PayloadsOf(options), _shared), options.Name));
        _streams.Add(options.Name, new StreamEntry(options, file, actor));
    }

    private void WarnOfLimit(StreamOptions options)
    {
        if (options.ShutdownTimeout > _settings.ShutdownLimit)
            _log.Warning("Stream {Stream} has a shutdown_timeout of {Timeout} s, but mcp-sse.shutdown-limit ends it after {Limit} s",
                options.Name, options.ShutdownTimeout.TotalSeconds, _settings.ShutdownLimit.TotalSeconds);
    }

    private void Add(AddStream request)
    {
        if (Refusal(request) is { } refusal)
        {
            Sender.Tell(new Status.Failure(refusal));
            return;
        }

        var options = request.Options with { Name = StreamName.Of(request.Options) };
        _log.Info("Stream {Stream} is added", options.Name);
        StartStream(options);
        Sender.Tell(new StreamAdded(options.Name));
    }

    private Exception? Refusal(AddStream request)
    {
        if (request.Options is null)
            return new ArgumentNullException(nameof(request), "AddStream names no options.");
        if (_isShuttingDown)
            return ShuttingDown();
        var name = StreamName.Of(request.Options);
        var faults = OptionsValidation.Check([request.Options]);
        if (Holder(name) is { } holder)
            faults = faults.Add(NameFault("code", holder));
        return faults.IsEmpty ? null : new McpSseConfigurationException(faults);
    }

    private static InvalidOperationException ShuttingDown() => new("The host is shutting down: no stream is added or changed any more.");

    // Names that differ in case alone would be one in a variable's name.
    private StreamEntry? Holder(string name) => _streams.Values.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static ConfigurationFault NameFault(string source, StreamEntry holder) => new(source, null, null, $"{holder.Name}.name",
        $"another stream has the name '{holder.Name}'{(holder.IsLeaving ? ", and is still being removed" : "")}", "give each stream a name of its own");

    private void Remove(RemoveStream request)
    {
        if (request.Stream is null || !_streams.TryGetValue(request.Stream, out var stream))
        {
            Sender.Tell(new StreamRemoved(request.Stream ?? "", false));
            return;
        }

        stream.Askers.Add(Sender);
        stream.Successor = null;
        Leave(stream);
        if (stream.IsEnding && !Timers.IsTimerActive(stream))
            ExplainLater(stream);
    }

    private void Leave(StreamEntry stream)
    {
        if (stream.IsLeaving)
            return;
        stream.IsLeaving = true;
        _log.Info("Stream {Stream} is being removed", stream.Name);
        DrainAsync(stream, ShutDown.Removal).PipeTo(Self, success: _ => new LeaverDrained(stream), failure: _ => new LeaverDrained(stream));
    }

    private void End(StreamEntry stream)
    {
        stream.IsEnding = true;
        stream.Actor.Tell(EndStream.Instance);
        ExplainLater(stream);
    }

    private void ExplainLater(StreamEntry stream) => Timers.StartSingleTimer(stream, new LeaverStands(stream), _settings.AskTimeout);

    // Only a handler that blocks its thread can keep its actor from stopping.
    private void Explain(StreamEntry stream)
    {
        _log.Warning("Stream {Stream} is disconnected, but a handler that does not return keeps its actors from stopping: its name stays taken", stream.Name);
        Answer(stream, new Status.Failure(new TimeoutException($"Stream '{stream.Name}' is disconnected, but a handler that does not return keeps its actors from stopping.")));
    }

    private void Bury(StreamEntry stream)
    {
        Timers.Cancel(stream);
        _streams.Remove(stream.Name);
        _states.Remove(stream.Name);
        if (stream.IsLeaving)
            _log.Info("Stream {Stream} is removed", stream.Name);
        else
            _log.Error("Stream {Stream} has stopped after an internal fault, and can only be added anew", stream.Name);
        Answer(stream, new StreamRemoved(stream.Name, true));
        if (stream.Successor is { } successor && !_isShuttingDown)
            StartStream(successor.Options, successor.File);
    }

    private static void Answer(StreamEntry stream, object answer)
    {
        foreach (var asker in stream.Askers)
            asker.Tell(answer);
        stream.Askers.Clear();
    }

    private void ShutDownAll()
    {
        _isShuttingDown = true;
        Task.WhenAll(_streams.Values.Select(stream => DrainAsync(stream, ShutDown.Instance)))
            .PipeTo(Sender, success: all => new ShutDownCompleted(all.Sum(a => a.Unhandled)), failure: fault => new Status.Failure(fault));
    }

    private Task<ShutDownCompleted> DrainAsync(StreamEntry stream, ShutDown reason) => stream.Draining ??= DrainAsync(stream.Actor, stream.Options, reason);

    private async Task<ShutDownCompleted> DrainAsync(IActorRef stream, StreamOptions options, ShutDown reason)
    {
        var limit = options.ShutdownTimeout < _settings.ShutdownLimit ? options.ShutdownTimeout : _settings.ShutdownLimit;
        try
        {
            return await stream.Ask<ShutDownCompleted>(reason, limit).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            var unhandled = (await StatsAsync(stream, _settings.AskTimeout / 2).ConfigureAwait(false))?.InFlight ?? 0;
            _log.Warning("Stream {Stream} stops with {Unhandled} event(s) not handled within the shutdown_timeout of {Timeout} s",
                options.Name, unhandled, limit.TotalSeconds);
            return new ShutDownCompleted(unhandled);
        }
    }

    private sealed record LeaverDrained(StreamEntry Stream) : IPipelineMessage;

    private sealed record LeaverStands(StreamEntry Stream) : IPipelineMessage;
}
