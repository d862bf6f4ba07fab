using Akka.Configuration;

namespace McpSseActors.Configuration;

/// <summary>Checks a setting of <c>mcp-sse.conf</c>.</summary>
internal static class HoconRule
{
    /// <summary>Rejects a value that breaks its rule.</summary>
    /// <param name="holds">Whether the value is valid.</param>
    /// <param name="key">The key below <c>mcp-sse</c>.</param>
    /// <param name="rule">What would be valid.</param>
    /// <param name="problem">What is wrong.</param>
    /// <exception cref="McpSseConfigurationException">The value is not valid.</exception>
    public static void Require(bool holds, string key, string rule, string problem = "the value is out of range")
    {
        if (!holds)
            throw Fault(key, rule, problem);
    }

    /// <summary>Reads a whole number.</summary>
    /// <param name="config">Where it is.</param>
    /// <param name="prefix">The path of <paramref name="config"/> below <c>mcp-sse</c>.</param>
    /// <param name="key">Its key.</param>
    /// <exception cref="McpSseConfigurationException">It is of another kind.</exception>
    public static int Int(Config config, string prefix, string key) => Read(prefix, key, "a whole number", () => config.GetInt(key));

    /// <summary>Reads a time, as <see cref="Int"/>.</summary>
    public static TimeSpan Time(Config config, string prefix, string key) => Read(prefix, key, "a time such as 10s", () => config.GetTimeSpan(key));

    /// <summary>Reads a switch, as <see cref="Int"/>.</summary>
    public static bool Bool(Config config, string prefix, string key) => Read(prefix, key, "on or off", () => config.GetBoolean(key));

    /// <summary>Reads a number of bytes, as <see cref="Int"/>.</summary>
    public static long Bytes(Config config, string prefix, string key) =>
        Read(prefix, key, "a size such as 64KiB", () => config.GetByteSize(key) ?? throw new FormatException());

    /// <summary>Reads a text, as <see cref="Int"/>.</summary>
    public static string Text(Config config, string prefix, string key) =>
        Read(prefix, key, "a text", () => config.GetString(key) ?? throw new FormatException());

    /// <summary>Reads a block of keys, as <see cref="Int"/>.</summary>
    public static Config Block(Config config, string prefix, string key) => Read(prefix, key, "a block of keys in braces",
        () => config.GetValue(key).IsObject() ? config.GetConfig(key) : throw new FormatException());

    // What Akka throws says neither which key it is nor what it may be.
    private static T Read<T>(string prefix, string key, string kind, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is FormatException or OverflowException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            throw Fault($"{prefix}.{key}".TrimStart('.'), kind, "the value is of another kind");
        }
    }

    private static McpSseConfigurationException Fault(string key, string rule, string problem) =>
        new([new ConfigurationFault("HOCON", null, null, $"mcp-sse.{key}", problem, $"write {rule}")]);
}
