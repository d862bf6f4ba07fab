using System.Collections.Immutable;

namespace McpSseActors.Configuration;

/// <summary>The change of a stream whose configuration was reloaded.</summary>
/// <param name="Change">What has changed.</param>
/// <param name="Options">The options now; for one that was removed, the last ones.</param>
/// <param name="Reach">How far the farthest change goes.</param>
internal sealed record StreamDifference(ConfigurationChange Change, StreamOptions Options, KeyReach Reach);

/// <summary>Compares two readings of one configuration. Pure.</summary>
internal static class OptionsDifference
{
    /// <summary>
    /// The streams that differ: first those that vanished, since a new one may differ from them in the case of its name alone; then new and changed
    /// ones in their order.
    /// </summary>
    public static ImmutableArray<StreamDifference> Between(McpSseOptions before, McpSseOptions after)
    {
        var old = before.Streams.ToDictionary(stream => stream.Name, StringComparer.Ordinal);
        var kept = after.Streams.Select(stream => stream.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. before.Streams.Where(stream => !kept.Contains(stream.Name)).Select(stream => Whole(stream, ConfigurationChangeKind.Removed)),
            .. after.Streams.Select(stream => old.TryGetValue(stream.Name, out var was) ? Changed(was, stream) : Whole(stream, ConfigurationChangeKind.Added)).OfType<StreamDifference>(),
        ];
    }

    /// <summary>The change of <c>[log]</c>; null for none.</summary>
    public static ConfigurationChange? OfLog(McpSseOptions before, McpSseOptions after) => before.ConsoleLogLevel == after.ConsoleLogLevel
        ? null
        : new ConfigurationChange(null, ConfigurationChangeKind.Changed, [ConfigurationKeys.LogLevel]);

    private static StreamDifference? Changed(StreamOptions before, StreamOptions after)
    {
        var keys = ConfigurationKeys.All.Where(key => key.Differs(before, after)).ToImmutableArray();
        return keys.IsEmpty
            ? null
            : new(new(after.Name, ConfigurationChangeKind.Changed, [.. keys.Select(key => key.Name)]), after, keys.Max(key => key.Reach));
    }

    private static StreamDifference Whole(StreamOptions stream, ConfigurationChangeKind kind) =>
        new(new(stream.Name, kind, []), stream, KeyReach.Connection);
}
