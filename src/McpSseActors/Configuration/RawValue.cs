using System.Collections.Immutable;

namespace McpSseActors.Configuration;

/// <summary>A value as its source wrote it, before a key has said what it should be. TOML, the environment and sections all become these.</summary>
internal abstract record RawValue(Place Place)
{
    /// <summary>Gets what it is, for faults: <c>a string</c>. Never the value itself, which may be secret.</summary>
    public abstract string Kind { get; }
}

/// <summary>Text of a source that knows no types: an environment variable or a section's value.</summary>
internal sealed record RawText(Place Place, string Text) : RawValue(Place)
{
    public override string Kind => "text";
}

/// <summary>A typed value: <see cref="string"/>, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>, or something that no key takes.</summary>
internal sealed record RawScalar(Place Place, object Value) : RawValue(Place)
{
    public override string Kind => Value switch
    {
        string => "a string",
        bool => "a boolean",
        long => "an integer",
        double => "a float",
        _ => "a date or time",
    };
}

internal sealed record RawList(Place Place, ImmutableArray<RawValue> Items) : RawValue(Place)
{
    public override string Kind => "a list";
}

/// <summary>A table, in the order in which it was written.</summary>
internal sealed record RawTable(Place Place, StringComparer Comparer) : RawValue(Place)
{
    private readonly OrderedDictionary<string, RawEntry> _entries = new(Comparer);

    public IEnumerable<RawEntry> Entries => _entries.Values;

    public override string Kind => "a table";

    public RawValue? this[string name] => _entries.TryGetValue(name, out var entry) ? entry.Value : null;

    /// <summary>Adds an entry; of two of the same name the first stays.</summary>
    public void Add(RawEntry entry) => _entries.TryAdd(entry.Name, entry);

    /// <summary>The table below this one, made when it is missing. Null when something else has its name.</summary>
    public RawTable? Below(string name, Place place)
    {
        if (!_entries.TryGetValue(name, out var entry))
            _entries[name] = entry = new RawEntry(name, place, new RawTable(place, Comparer));
        return entry.Value as RawTable;
    }

    public RawTable? Table(string name) => this[name] as RawTable;
}

/// <summary>A named value of a table; <paramref name="Place"/> is the name's.</summary>
internal sealed record RawEntry(string Name, Place Place, RawValue Value);
