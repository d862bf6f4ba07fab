namespace McpSseActors.Configuration;

/// <summary>A key of <c>[mcp_sse]</c>: what it is called, what it may hold, and which option it sets.</summary>
internal abstract class ConfigurationKey(string name, string type, string rule, string defaultValue, KeyReach reach)
{
    public string Name { get; } = name;

    public string Type { get; } = type;

    public string Rule { get; } = rule;

    /// <summary>Gets the default in a TOML file, as TOML.</summary>
    public string Default { get; } = defaultValue;

    /// <summary>Gets how far a change goes while the stream runs.</summary>
    public KeyReach Reach { get; } = reach;

    /// <summary>The value that the options have, as TOML.</summary>
    public abstract string Format(StreamOptions options);

    /// <summary>The same without what may be secret in it, for people to see.</summary>
    public abstract string Show(StreamOptions options);

    /// <summary>The value as TOML, without what may be secret in it; null if the rest says no more than the defaults.</summary>
    public abstract string? FormatStorable(StreamOptions options, StreamOptions defaults);

    /// <summary>The secrets in the value, by name: <c>auth_key</c>, <c>custom_headers.X-Key</c>.</summary>
    public abstract IEnumerable<string> SecretsOf(StreamOptions options);

    /// <summary>Whether two streams have different values.</summary>
    public abstract bool Differs(StreamOptions one, StreamOptions other);

    /// <summary>Reads a value; gives what sets it, or null after adding at least one fault.</summary>
    public abstract Func<StreamOptions, StreamOptions>? Read(RawValue raw, ICollection<ConfigurationFault> faults);

    /// <summary>What is wrong with the value that the options have.</summary>
    public abstract IEnumerable<Complaint> Check(StreamOptions options);
}

/// <inheritdoc />
internal sealed class ConfigurationKey<T>(
    string name, ValueKind<T> kind, Func<StreamOptions, T> get, Func<StreamOptions, T, StreamOptions> set, KeyReach reach)
    : ConfigurationKey(name, kind.Label, kind.Rule, kind.Format(get(TomlConfiguration.Defaults)), reach)
{
    public override string Format(StreamOptions options) => kind.Format(get(options));

    public override string Show(StreamOptions options) => kind.Show(get(options));

    public override string? FormatStorable(StreamOptions options, StreamOptions defaults)
    {
        var storable = kind.WithoutSecrets(get(options));
        return kind.AreEqual(storable, get(defaults)) ? null : kind.Format(storable);
    }

    public override IEnumerable<string> SecretsOf(StreamOptions options) => kind.SecretParts(get(options)).Select(part => Name + part);

    public override bool Differs(StreamOptions one, StreamOptions other) => !kind.AreEqual(get(one), get(other));

    public override Func<StreamOptions, StreamOptions>? Read(RawValue raw, ICollection<ConfigurationFault> faults) =>
        kind.TryRead(raw, faults, out var value) ? options => set(options, value) : null;

    // Only code can leave out a value altogether.
    public override IEnumerable<Complaint> Check(StreamOptions options) => get(options) is { } value ? kind.Check(value) : [Complaint.Null];
}
