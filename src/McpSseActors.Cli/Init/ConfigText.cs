using System.Text;
using McpSseActors.Cli.Output;

namespace McpSseActors.Cli.Init;

/// <summary>Writes a stream as a TOML file that explains itself: what was chosen first, then every other key with its default.</summary>
internal static class ConfigText
{
    private const int Width = 98;

    private static readonly string[] Asked = ["enable", "server_url", "transport", "event.name", "event.arguments", "name", "max_reconnect_attempts",
        "subscribed_events"];
    private static readonly string[] Secrets = ["auth_key", "ssl_cert_password"];

    public static string Of(StreamOptions stream)
    {
        var text = new StringBuilder();
        Comment(text, "The stream that mcp-sse connects. 'mcp-sse check' checks this file, 'mcp-sse run' connects. docs/configuration.md explains more: several servers in one file, changes while it runs.");
        text.Append("\n[mcp_sse]\n\n");
        var settings = stream.GetSettings();
        var asked = Asked.Where(key => stream.Transport == StreamTransport.Events || !key.StartsWith("event.", StringComparison.Ordinal)).ToArray();
        bool IsChosen(StreamSetting setting) => asked.Contains(setting.Key);
        foreach (var setting in settings.Where(IsChosen).OrderBy(setting => Array.IndexOf(Asked, setting.Key)))
            Entry(text, setting, $"{setting.Key} = {setting.Value}");

        Comment(text, "Everything below has its default. To change a value, remove the # before its key.");
        text.Append('\n');
        foreach (var setting in settings.Where(setting => !IsChosen(setting)))
            Entry(text, setting, Secrets.Contains(setting.Key) ? $"# Set it in the environment, not here: {Variable(setting.Key)}" : $"# {setting.Key} = {setting.Default}");

        text.Append("[log]\n\n");
        Comment(text, $"{Manual.Keys["[log] console_log_level"]} (DEBUG, INFO, WARNING, ERROR or CRITICAL; default \"INFO\")");
        text.Append("# console_log_level = \"INFO\"\n");
        return text.ToString();
    }

    /// <summary>The variable that overrides a key.</summary>
    public static string Variable(string key) => "MCP_SSE__" + key.ToUpperInvariant();

    private static void Entry(StringBuilder text, StreamSetting setting, string line)
    {
        Comment(text, $"{Manual.Keys[setting.Key]} ({setting.Type}: {setting.Rule}; default {setting.Default})");
        text.Append(line).Append("\n\n");
    }

    private static void Comment(StringBuilder text, string words)
    {
        foreach (var line in CellText.Wrap(words, Width))
            text.Append("# ").Append(line).Append('\n');
    }
}
