using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Streams;
using McpSseActors.Configuration;

namespace McpSseActors.Actors;

/// <summary>How a configuration that was read anew comes into force: stream by stream, or not at all.</summary>
internal sealed partial class McpSseSupervisor
{
    private readonly List<IActorRef> _reloaders = [];
    private readonly Dictionary<string, McpSseOptions> _files = new(StringComparer.Ordinal);

    private void Reloading()
    {
        Receive<ReloadConfiguration>(_ => ReloadAll());
        Receive<ApplyConfiguration>(Apply);
    }

    private void StartReloading()
    {
        foreach (var file in _setup.Files)
        {
            _files[file.Path] = file.Options;
            _reloaders.Add(Context.ActorOf(ReloadActor.Props(file, _settings.ReloadInterval)));
        }
    }

    private void ReloadAll()
    {
        if (_reloaders.Count == 0)
        {
            Sender.Tell(new Status.Failure(new InvalidOperationException("No stream came from a file: FromToml names none.")));
            return;
        }

        // The asker's own time must not run out before ours does.
        Task.WhenAll(_reloaders.Select(reloader => ReloadAsync(reloader, _settings.AskTimeout / 2))).PipeTo(Sender, success: Sum);
    }

    private static async Task<object> ReloadAsync(IActorRef reloader, TimeSpan limit)
    {
        try
        {
            return await reloader.Ask<ConfigurationReloaded>(new ReloadConfiguration(), limit).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            return fault;
        }
    }

    // The faults of all files in one go.
    private static object Sum(object[] answers)
    {
        var faults = answers.OfType<McpSseConfigurationException>().SelectMany(faulty => faulty.Faults).ToImmutableArray();
        if (!faults.IsEmpty)
            return new Status.Failure(new McpSseConfigurationException(faults));
        return answers.OfType<Exception>().FirstOrDefault() is { } other
            ? new Status.Failure(other)
            : new ConfigurationReloaded([.. answers.Cast<ConfigurationReloaded>().SelectMany(each => each.Changes)]);
    }

    private void Apply(ApplyConfiguration reading)
    {
        if (_isShuttingDown)
        {
            Sender.Tell(new Status.Failure(ShuttingDown()));
            return;
        }

        var before = _files[reading.Path];
        var differences = OptionsDifference.Between(before, reading.Options);
        if (Refused(reading.Path, differences) is { IsEmpty: false } faults)
        {
            reading.Refuse(faults, _log, Sender);
            return;
        }

        _files[reading.Path] = reading.Options;
        ImmutableArray<ConfigurationChange> changes =
            [.. differences.Select(each => each.Change), .. new[] { OptionsDifference.OfLog(before, reading.Options) }.OfType<ConfigurationChange>()];
        Tell(reading.Options);
        foreach (var difference in differences)
            Apply(difference, reading.Path);
        _log.Info("Read {Path} anew: {Changes}", reading.Path, changes.IsEmpty ? "nothing has changed" : string.Join("; ", changes));
        Sender.Tell(new ConfigurationReloaded(changes));
    }

    // Within the file names are told apart already; but streams that came otherwise have theirs as well.
    private ImmutableArray<ConfigurationFault> Refused(string path, ImmutableArray<StreamDifference> differences) =>
    [
        .. differences.Where(each => each.Change.Kind is not ConfigurationChangeKind.Removed)
            .Select(each => Holder(each.Options.Name)).OfType<StreamEntry>()
            .Where(holder => !holder.IsFreeFor(path))
            .Select(holder => NameFault(path, holder)),
    ];

    private void Tell(McpSseOptions options)
    {
        foreach (var callback in _setup.OnReloaded)
        {
            try
            {
                callback(options);
            }
            catch (Exception fault)
            {
                _log.Error(fault, "A callback for a configuration that was read anew failed");
            }
        }
    }

    private void Apply(StreamDifference difference, string path)
    {
        var options = difference.Options;
        var stream = Holder(options.Name);
        if (difference.Change.Kind is ConfigurationChangeKind.Removed)
            GiveUp(stream, path);
        else if (stream is null)
            StartStream(options, path);
        else if (stream.IsLeaving)
            stream.Successor = (options, path);
        else
            Change(stream, options, difference.Reach);
    }

    // What stands in the file no more may have been removed before, and its name be another's.
    private void GiveUp(StreamEntry? stream, string path)
    {
        if (stream?.IsFreeFor(path) is not true)
            return;
        stream.Successor = null;
        Leave(stream);
    }

    private void Change(StreamEntry stream, StreamOptions options, KeyReach reach)
    {
        stream.Options = options;
        WarnOfLimit(options);
        stream.Actor.Tell(new Reconfigure(options, reach));
    }
}
