using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McpSseActors.Cli.Output;

/// <summary>An example of a subscription to a type: as a command and as a configuration, to paste.</summary>
internal sealed class EventExample
{
    private readonly string _url;
    private readonly McpEventType _type;
    private readonly SchemaMember[] _shown;
    private readonly bool _areRequired;

    /// <param name="url">The server.</param>
    /// <param name="type">The type.</param>
    public EventExample(string url, McpEventType type)
    {
        _url = url;
        _type = type;
        var members = SchemaMember.Of(type.InputSchema).Where(member => member.Example is not null).ToArray();
        var required = members.Where(member => member.IsRequired).ToArray();
        _areRequired = required.Length > 0;
        // Without a need, one shows how arguments are written.
        _shown = _areRequired ? required : members[..Math.Min(1, members.Length)];
    }

    /// <summary>The command.</summary>
    public string Command => $"mcp-sse listen {_url} {Given("--event", _type.Name)}{string.Concat(_shown.Select(Option))}";

    /// <summary>The configuration.</summary>
    public IEnumerable<string> Toml =>
    [
        "[mcp_sse]",
        "enable = true",
        $"server_url = {Quote(_url)}",
        $"transport = \"{StreamTransport.Events}\"",
        $"event.name = {Quote(_type.Name)}",
        .. _shown.Length == 0 ? Array.Empty<string>() : [$"{(_areRequired ? "" : "# ")}event.arguments = {{ {string.Join(", ", _shown.Select(member => $"{Key(member.Name)} = {Value(member.Example!.Value)}"))} }}"],
    ];

    private static string Option(SchemaMember member) => member.Example!.Value is { ValueKind: JsonValueKind.String } text
        ? $" {Given("--arg", $"{member.Name}={text.GetString()}")}"
        : $" {Given("--arg-json", $"{member.Name}={member.Example.Value.GetRawText()}")}";

    // Else it would be taken for an option.
    private static string Given(string option, string value) => $"{option}{(value.StartsWith('-') ? '=' : ' ')}{Shell(value)}";

    private static string Shell(string word) => word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "._-=/:".Contains(letter, StringComparison.Ordinal))
        ? word
        : $"'{Lines.OneLine(word).Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Key(string name) => name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') ? name : Quote(name);

    private static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Quote(value.GetString()!),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Value))}]",
        JsonValueKind.Object => $"{{ {string.Join(", ", value.EnumerateObject().Select(member => $"{Key(member.Name)} = {Value(member.Value)}"))} }}",
        _ => "\"\"",
    };

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
                quoted.Append('\\').Append(rune);
            else if (Lines.OneLine(rune.ToString()) != rune.ToString())
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else
                quoted.Append(rune);
        }

        return quoted.Append('"').ToString();
    }
}
