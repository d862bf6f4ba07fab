namespace McpSseActors.Actors.Positions;

/// <summary>
/// How long the store rests after a save. A database that writes through to its disk would otherwise be busy all the time; and what is handled
/// meanwhile is repeated if the process is killed.
/// </summary>
internal static class SaveRest
{
    private const int TimesTheSave = 2;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan LongestWithTheSave = TimeSpan.FromMilliseconds(100);

    /// <param name="save">How long the save took.</param>
    public static TimeSpan After(TimeSpan save)
    {
        var rest = Min(TimesTheSave * save, LongestWithTheSave - save);
        return rest > Shortest ? rest : Shortest;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
