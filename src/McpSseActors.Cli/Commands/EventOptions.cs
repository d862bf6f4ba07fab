using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpSseActors.Cli.Commands;

/// <summary>The options that subscribe to one type of MCP event.</summary>
/// <param name="hasWebhooks">Whether events can be posted to the command.</param>
internal sealed class EventOptions(bool hasWebhooks)
{
    private readonly Option<string?> _event = new("--event") { Description = "Subscribe to this type of MCP event; 'mcp-sse events URL' lists them.", HelpName = "NAME" };
    private readonly Option<string[]> _arguments = new("--arg") { Description = "With --event: an argument that is text. Can be repeated.", HelpName = "NAME=TEXT", DefaultValueFactory = _ => [] };
    private readonly Option<string[]> _jsonArguments = new("--arg-json") { Description = "With --event: an argument in JSON: a number, true, false, a list or an object. Can be repeated.", HelpName = "NAME=JSON", DefaultValueFactory = _ => [] };
    private readonly Option<bool> _poll = new("--poll") { Description = "With --event: ask for events again and again (events/poll), instead of having them sent." };
    private readonly Option<TimeSpan?> _maxAge = Values.Span("--max-age", "With --event: after an interruption, only events that are younger: 30s, 10m, 2h.");

    private readonly Option<int?> _webhookPort = WebhookPort("With --event: have the server post events to this port of 127.0.0.1");
    private readonly Option<string?> _webhookUrl = new("--webhook-url") { Description = "With --webhook-port: the public URL from which a tunnel or proxy forwards to the port. Default: the port itself, for servers on this machine.", HelpName = "URL" };

    /// <summary>All of them.</summary>
    public Option[] All => [_event, _arguments, _jsonArguments, _poll, .. hasWebhooks ? new Option[] { _webhookPort, _webhookUrl } : [], _maxAge];

    /// <summary>The option for the port of webhooks.</summary>
    public static Option<int?> WebhookPort(string does) => new Option<int?>("--webhook-port") { Description = $"{does}; 0 selects a free port.", HelpName = "N" }.Port();

    /// <summary>The port to which events are posted; null if they are not.</summary>
    public int? WebhookPortOf(ParseResult parsed) => parsed.GetValue(_webhookPort);

    /// <summary>Whether a type is named.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_event) is not null;

    /// <summary>Checks on the command line what belongs together.</summary>
    public void AddRules(Command command, Option transport) => command.Validators.Add(result =>
    {
        var name = result.GetValue(_event);
        foreach (var given in All.Where(option => option != _event && name is null && result.GetResult(option) is { Implicit: false }))
            result.AddError($"{given.Name} requires --event NAME.");
        if (name is not null && result.GetResult(transport)?.Tokens is [var token] && token.Value != $"{StreamTransport.Events}")
            result.AddError($"--event and --transport {token.Value} cannot be combined: MCP events have the transport {StreamTransport.Events}.");
        if (hasWebhooks && result.GetValue(_webhookUrl) is not null && result.GetValue(_webhookPort) is null)
            result.AddError($"{_webhookUrl.Name} requires {_webhookPort.Name} N: the port to which the URL forwards.");
        if (hasWebhooks && result.GetValue(_webhookPort) is not null && result.GetValue(_poll))
            result.AddError($"{_poll.Name} and {_webhookPort.Name} cannot be combined.");
    });

    /// <summary>What is subscribed to; null for nothing.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="before">What the environment says.</param>
    /// <param name="webhooks">Where events can be posted; null for nowhere.</param>
    /// <exception cref="CliException">An argument is not written as one.</exception>
    public McpEventSubscription? Read(ParseResult parsed, McpEventSubscription before, Uri? webhooks)
    {
        if (parsed.GetValue(_event) is not { } name)
            return null;
        var arguments = new JsonObject();
        foreach (var (argument, text) in parsed.GetValue(_arguments)!.Select(given => Split("--arg", given, "severity=P1")))
            Add(arguments, "--arg", argument, text);
        foreach (var (argument, text) in parsed.GetValue(_jsonArguments)!.Select(given => Split("--arg-json", given, "limit=5")))
            Add(arguments, "--arg-json", argument, Json(argument, text));
        return before with
        {
            Name = name,
            // Arguments of the environment are those of its type.
            Arguments = arguments.Count > 0 || before.Name != name ? arguments.ToJsonString() : before.Arguments,
            Mode = parsed.GetValue(_poll) ? McpEventMode.Poll : webhooks is not null ? McpEventMode.Webhook : before.Mode,
            WebhookUrl = webhooks is null ? before.WebhookUrl : parsed.GetValue(_webhookUrl) ?? webhooks.ToString(),
            MaxAge = parsed.GetValue(_maxAge) ?? before.MaxAge,
        };
    }

    private static void Add(JsonObject arguments, string option, string name, JsonNode? value)
    {
        if (!arguments.TryAdd(name, value))
            throw new CliException(ExitCodes.Usage, $"{option} {name}: give each argument once.");
    }

    private static (string Name, string Value) Split(string option, string given, string example) => given.Split('=', 2) is [{ Length: > 0 } name, var value]
        ? (name, value)
        : throw new CliException(ExitCodes.Usage, $"{option} {given}: write NAME=VALUE, as {option} {example}.");

    private static JsonNode? Json(string name, string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            throw new CliException(ExitCodes.Usage, $"--arg-json {name}={text}: not JSON; write a number, true, false, a list or an object. For text, use --arg.");
        }
    }
}
