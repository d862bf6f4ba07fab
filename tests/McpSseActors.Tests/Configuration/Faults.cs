namespace McpSseActors.Tests.Configuration;

/// <summary>Reads what should fail, and gives its faults.</summary>
internal static class Faults
{
    public static IReadOnlyList<ConfigurationFault> Of(string toml, params (string Name, string Value)[] environment) =>
        Of(() => TomlConfiguration.Parse(toml, "bot.toml", Variables(environment)));

    public static IReadOnlyList<ConfigurationFault> Of(Func<McpSseOptions> read) => Should.Throw<McpSseConfigurationException>(read).Faults;

    public static Dictionary<string, string> Variables(params (string Name, string Value)[] environment) =>
        environment.ToDictionary(pair => pair.Name, pair => pair.Value);
}
