namespace McpSseActors.Configuration;

/// <summary>
/// The keys that one table of one source sets. Every value is read and checked here once, however many streams inherit it.
/// </summary>
internal sealed class Layer
{
    private readonly List<Assignment> _assignments = [];

    private Layer(Place place) => Place = place;

    /// <summary>Gets the place of the table: faults about missing keys are reported here.</summary>
    public Place Place { get; }

    public IReadOnlyList<Assignment> Assignments => _assignments;

    /// <summary>Reads a table; entries named in <paramref name="apart"/> are read elsewhere.</summary>
    public static Layer Read(RawTable table, ICollection<ConfigurationFault> faults, params string[] apart)
    {
        var layer = new Layer(table.Place);
        foreach (var entry in table.Entries.Where(entry => !apart.Contains(entry.Name, table.Comparer)))
            layer.Add(entry, entry.Name, table.Comparer, faults);
        return layer;
    }

    private void Add(RawEntry entry, string name, StringComparer comparer, ICollection<ConfigurationFault> faults)
    {
        if (ConfigurationKeys.Find(name, comparer) is { } key)
        {
            _assignments.Add(new Assignment(key.Name, entry.Value.Place, key.Read(entry.Value, faults)));
        }
        else if (comparer.Equals(name, ConfigurationKeys.Mcp) || comparer.Equals(name, ConfigurationKeys.Event))
        {
            if (entry.Value is not RawTable table)
                faults.Add(entry.Value.Place.Fault(Kinds.WrongType(entry.Value, "a table of keys")));
            foreach (var below in (entry.Value as RawTable)?.Entries ?? [])
                Add(below, $"{name}.{below.Name}", comparer, faults);
        }
        else
        {
            faults.Add(entry.Place.Fault(UnknownKey(name)));
        }
    }

    private static Complaint UnknownKey(string name)
    {
        if (name == ConfigurationKeys.Log)
            return new Complaint("the log has no table here", $"write it as [{ConfigurationKeys.Log}]");
        var meant = Nearest.To(name, ConfigurationKeys.All.Select(key => key.Name));
        return new Complaint("unknown key", meant is null ? "remove it; the documentation lists all keys" : $"did you mean {meant}?");
    }

    /// <summary>A key that was set; <paramref name="Apply"/> is null when its value was faulty.</summary>
    public sealed record Assignment(string Key, Place Place, Func<StreamOptions, StreamOptions>? Apply);
}
