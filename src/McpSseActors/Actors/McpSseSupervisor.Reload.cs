using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Messages;

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

        Task.WhenAll(_reloaders.Select(reloader => reloader.Ask<ConfigurationReloaded>(new ReloadConfiguration(), _settings.AskTimeout))).PipeTo(
            Sender,
            success: all => new ConfigurationReloaded([.. all.SelectMany(each => each.Changes)]),
            failure: fault => new Status.Failure(fault));
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
        if (Refused(reading.Path, differences, before) is { IsEmpty: false } faults)
        {
            reading.Refuse(faults, _log, Sender);
            return;
        }

        _files[reading.Path] = reading.Options;
        ImmutableArray<ConfigurationChange> changes =
            [.. differences.Select(each => each.Change), .. new[] { OptionsDifference.OfLog(before, reading.Options) }.OfType<ConfigurationChange>()];
        Tell(reading.Options);
        foreach (var difference in differences)
            Apply(difference);
        _log.Info("Read {Path} anew: {Changes}", reading.Path, changes.IsEmpty ? "nothing has changed" : string.Join("; ", changes));
        Sender.Tell(new ConfigurationReloaded(changes));
    }

    // Within the file names are told apart already; but streams that came otherwise have theirs as well.
    private ImmutableArray<ConfigurationFault> Refused(string path, ImmutableArray<StreamDifference> differences, McpSseOptions before) =>
    [
        .. differences.Where(each => each.Change.Kind is ConfigurationChangeKind.Added)
            .Select(each => Holder(each.Options.Name)).OfType<StreamEntry>()
            .Where(holder => !holder.IsLeaving && !before.Streams.Any(stream => stream.Name == holder.Name))
            .Select(holder => NameFault(path, holder)),
    ];

    private void Tell(McpSseOptions options)
    {
        try
        {
            _setup.OnReloaded(options);
        }
        catch (Exception fault)
        {
            _log.Error(fault, "The callback for a configuration that was read anew failed");
        }
    }

    private void Apply(StreamDifference difference)
    {
        var options = difference.Options;
        var stream = Holder(options.Name);
        if (difference.Change.Kind is ConfigurationChangeKind.Removed)
        {
            if (stream is null)
                return;
            stream.Successor = null;
            Leave(stream);
        }
        else if (stream is null)
        {
            StartStream(options);
        }
        else if (stream.IsLeaving || stream.Name != options.Name)
        {
            stream.Successor = options;
        }
        else
        {
            stream.Options = options;
            WarnOfLimit(options);
            stream.Actor.Tell(new Reconfigure(options, difference.Reach));
        }
    }
}
