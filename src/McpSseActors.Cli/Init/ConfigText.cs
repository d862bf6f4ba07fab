using System.Text;
using McpSseActors.Cli.Output;
using McpSseActors.Configuration;

namespace McpSseActors.Cli.Init;

/// <summary>Writes a stream as a TOML file that explains itself: what was chosen first, then every other key with its default.</summary>
internal static class ConfigText
{
    private const int Width = 98;

    private static readonly string[] Asked = ["enable", "server_url", "transport", "name", "max_reconnect_attempts", "subscribed_events"];
    private static readonly string[] Secrets = ["auth_key", "ssl_cert_password"];
    private static readonly StreamOptions Defaults = new();

    public static string Of(StreamOptions stream)
    {
        var text = new StringBuilder();
        Comment(text, "The stream that mcp-sse connects. 'mcp-sse check' says what is wrong here, 'mcp-sse run' connects. docs/configuration.md tells more: several servers in one file, changes while it runs.");
        text.Append("\n[mcp_sse]\n\n");
        foreach (var key in ConfigurationKeys.All.Where(key => IsChosen(key, stream)).OrderBy(key => Array.IndexOf(Asked, key.Name)))
            Entry(text, key, $"{key.Name} = {key.Format(stream)}");

        Comment(text, "Everything below is as it is by default. To change a value, take away the # before its key.");
        text.Append('\n');
        foreach (var key in ConfigurationKeys.All.Where(key => !IsChosen(key, stream)))
            Entry(text, key, Secrets.Contains(key.Name) ? $"# Not here, but in the environment: {Variable(key.Name)}" : $"# {key.Name} = {key.Default}");

        text.Append("[log]\n\n");
        Comment(text, $"{Manual.Keys[$"[{ConfigurationKeys.Log}] {ConfigurationKeys.LogLevel}"]} ({LogLevels.Rule}; default \"INFO\")");
        text.Append($"# {ConfigurationKeys.LogLevel} = \"INFO\"\n");
        return text.ToString();
    }

    /// <summary>The variable that overrides a key.</summary>
    public static string Variable(string key) => EnvironmentTable.Prefix + key.ToUpperInvariant();

    private static bool IsChosen(ConfigurationKey key, StreamOptions stream) => Asked.Contains(key.Name) || key.Differs(stream, Defaults);

    private static void Entry(StringBuilder text, ConfigurationKey key, string line)
    {
        Comment(text, $"{Manual.Keys[key.Name]} ({key.Type}: {key.Rule}; default {key.Default})");
        text.Append(line).Append("\n\n");
    }

    private static void Comment(StringBuilder text, string words)
    {
        foreach (var line in CellText.Wrap(words, Width))
            text.Append("# ").Append(line).Append('\n');
    }
}
