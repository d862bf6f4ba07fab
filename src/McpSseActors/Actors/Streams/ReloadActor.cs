using System.Collections.Immutable;
using Akka.Actor;
using McpSseActors.Configuration;

namespace McpSseActors.Actors.Streams;

/// <summary>Reloads the files that streams came from, one actor for each, and merges their answers.</summary>
internal sealed class ReloadActor : ReceiveActor
{
    private readonly ImmutableArray<IActorRef> _files;
    private readonly TimeSpan _limit;

    /// <param name="files">The files.</param>
    /// <param name="settings">The interval of the watch; the limit of an answer.</param>
    /// <param name="supervisor">The actor that applies the changes.</param>
    public ReloadActor(ImmutableArray<TomlSource> files, PipelineSettings settings, IActorRef supervisor)
    {
        // The caller's timeout must not expire before this one.
        _limit = settings.AskTimeout / 2;
        _files = [.. files.Select(file => Context.ActorOf(ConfigurationFileActor.Props(file, settings.ReloadInterval, supervisor)))];
        Receive<ReloadConfiguration>(_ => ReloadAll());
    }

    public static Props Props(ImmutableArray<TomlSource> files, PipelineSettings settings, IActorRef supervisor) =>
        QuietMailbox.For(() => new ReloadActor(files, settings, supervisor));

    private void ReloadAll()
    {
        if (_files.IsEmpty)
            Sender.Tell(new Status.Failure(new InvalidOperationException("No stream came from a file: FromToml names none.")));
        else
            Task.WhenAll(_files.Select(ReloadAsync)).PipeTo(Sender, success: Merge);
    }

    private async Task<object> ReloadAsync(IActorRef file)
    {
        try
        {
            return await file.Ask<ConfigurationReloaded>(new ReloadConfiguration(), _limit).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            return fault;
        }
    }

    // Reports the faults of all files together.
    private static object Merge(object[] answers)
    {
        var faults = answers.OfType<McpSseConfigurationException>().SelectMany(faulty => faulty.Faults).ToImmutableArray();
        if (!faults.IsEmpty)
            return new Status.Failure(new McpSseConfigurationException(faults));
        return answers.OfType<Exception>().FirstOrDefault() is { } other
            ? new Status.Failure(other)
            : new ConfigurationReloaded([.. answers.Cast<ConfigurationReloaded>().SelectMany(each => each.Changes)]);
    }
}
