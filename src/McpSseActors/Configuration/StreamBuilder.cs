namespace McpSseActors.Configuration;

/// <summary>Lays the layers of one stream over each other, later ones winning, and checks the rules between keys.</summary>
internal sealed class StreamBuilder(Place place, StreamOptions defaults)
{
    private readonly Dictionary<string, Place> _places = [];
    private readonly HashSet<string> _faulty = [];
    private StreamOptions _options = defaults;

    /// <summary>Gets where the name was set, or the stream itself.</summary>
    public Place NamePlace => _places.GetValueOrDefault("name", place);

    public StreamBuilder With(Layer? layer)
    {
        foreach (var assignment in layer?.Assignments ?? [])
        {
            _places[assignment.Key] = assignment.Place;
            if (assignment.Apply is { } apply)
                _options = apply(_options);
            else
                _faulty.Add(assignment.Key);
        }

        return this;
    }

    /// <summary>The options, named. <paramref name="name"/> is the default of the name.</summary>
    public StreamOptions Build(string name, ICollection<ConfigurationFault> faults)
    {
        if (_options.Name.Length == 0)
            _options = _options with { Name = name };
        if (Rules.Name(_options.Name) is { } complaint && !_faulty.Contains("name"))
            faults.Add(NamePlace.Fault(complaint));

        // A rule about an invalid value would report a default that the file does not contain.
        foreach (var rule in CrossRules.All.Where(rule => !rule.Keys.Any(_faulty.Contains)))
        {
            if (rule.Check(_options) is { } broken)
                faults.Add((rule.Keys.Select(key => _places.GetValueOrDefault(key)).FirstOrDefault(found => found is not null) ?? place).Fault(broken));
        }

        return _options with { Name = StreamName.Of(_options) };
    }
}
