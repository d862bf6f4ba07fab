using McpSseActors.Configuration;

namespace McpSseActors;

/// <summary>A configuration key and the value that a stream has for it; see <see cref="StreamOptions.GetSettings"/>.</summary>
public sealed class StreamSetting
{
    internal StreamSetting(ConfigurationKey key, StreamOptions options)
    {
        (Key, Type, Rule, Default) = (key.Name, key.Type, key.Rule, key.Default);
        (Value, RedactedValue) = (key.Format(options), key.Show(options));
    }

    /// <summary>Gets the key in the TOML table <c>[mcp_sse]</c>: <c>read_timeout</c>, <c>mcp.resources</c>.</summary>
    public string Key { get; }

    /// <summary>Gets the type of its value: <c>seconds</c>, <c>bool</c>.</summary>
    public string Type { get; }

    /// <summary>Gets the rule for its value: <c>>= -1</c>, <c>an existing PEM file</c>.</summary>
    public string Rule { get; }

    /// <summary>Gets its default as TOML.</summary>
    public string Default { get; }

    /// <summary>Gets the value of the stream as TOML. It may contain a secret.</summary>
    public string Value { get; }

    /// <summary>Gets the value of the stream as TOML, with secrets hidden.</summary>
    public string RedactedValue { get; }

    /// <summary>Gets whether a file that leaves out the key has the same value.</summary>
    public bool IsDefault => Value == Default;

    /// <summary>Returns the key and its redacted value.</summary>
    public override string ToString() => $"{Key} = {RedactedValue}";
}
