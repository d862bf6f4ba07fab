using System.CommandLine;
using System.CommandLine.Parsing;
using McpSseActors.Cli.Testing;

namespace McpSseActors.Cli.Commands;

/// <summary>The options of <c>mcp-sse test</c> and of its subcommand.</summary>
internal sealed class TestOptions
{
    private readonly Option<string?> _url = new("--url") { Description = "The URL of an event stream or of an MCP server.", HelpName = "URL", Recursive = true };

    private readonly Option<string?> _config = new("--config", "-c") { Description = "Test the enabled streams of this TOML file.", HelpName = "FILE", Recursive = true };

    private readonly Target _target = Target.UrlOrFile("The URL of an event stream or of an MCP server, as --url.");

    private readonly Target _reconnectTarget = Target.UrlOrFile("The URL of an event stream, as --url.");

    private readonly UrlStream _stream = new("sse", shownDefault: "detected; for reconnect, sse", isEndless: false, isRecursive: true, hasEvents: true);

    private readonly Option<int?> _events = new Option<int?>("--events")
    {
        Description = "How many events must arrive. Default: 1, or 0 from an MCP server; 24 from the server in this process, 60 for reconnect.",
        HelpName = "N",
        Recursive = true,
    }.AtLeast(1);

    private readonly Option<double> _timeout = new Option<double>("--timeout")
    {
        Description = "How many seconds the test may take.",
        HelpName = "S",
        DefaultValueFactory = _ => 30,
        Recursive = true,
    }.Above(0, 86_400);

    private readonly Option<double> _listen = new Option<double>("--listen")
    {
        Description = "How many seconds to listen for heartbeats. Ends early when their interval is known.",
        HelpName = "S",
        DefaultValueFactory = _ => 10,
    }.From(0, 86_400);

    private readonly Option<string?> _report = new("--report") { Description = "Write a report for a support ticket to this file, as JSON without secrets.", HelpName = "FILE", Recursive = true };

    public void AddTo(Command test, Command reconnect)
    {
        _target.AddTo(test, withConfig: false);
        _reconnectTarget.AddTo(reconnect, withConfig: false);
        foreach (var option in new Option[] { _url, _config })
            test.Add(option);
        _stream.AddTo(test);
        foreach (var option in new Option[] { _events, _timeout, _listen, _report })
            test.Add(option);
        foreach (var command in (Command[])[test, reconnect])
        {
            command.Validators.Add(result =>
            {
                if (Given(result).Count() > 1)
                    result.AddError("URL and FILE, --url and --config cannot be combined: specify one server or one file.");
            });
        }
    }

    /// <summary>The streams that are meant; null for a server in this process.</summary>
    public async Task<McpSseOptions?> StreamsAsync(ParseResult parsed, CommandContext context)
    {
        if (Url(parsed.CommandResult) is { } url)
        {
            OneStream.Url(url, "--url", "http://localhost:8080/events");
            return _stream.Read(url, parsed, context.Environment) with { ConsoleLogLevel = ConsoleLogLevel.Error };
        }

        if (Given(parsed.CommandResult).FirstOrDefault() is not { } config)
            return null;
        var options = await ConfigFile.LoadAsync(ConfigFile.Find(config, context.Environment), context).ConfigureAwait(false);
        return options.Streams.Any(stream => stream.Enabled)
            ? options
            : throw new CliException(ExitCodes.Usage, $"no stream is enabled in {config}; set enable = true under [mcp_sse].");
    }

    public TestSettings ForTest(ParseResult parsed, McpSseOptions? streams, int embeddedEvents) =>
        new(
            streams, parsed.GetValue(_events) ?? (streams is null ? embeddedEvents : 1),
            TimeSpan.FromSeconds(parsed.GetValue(_timeout)), parsed.GetValue(_report));

    public DiagnosisSettings ForDiagnosis(ParseResult parsed, McpSseOptions streams, CliEnvironment environment) =>
        new(streams, TimeSpan.FromSeconds(parsed.GetValue(_timeout)), TimeSpan.FromSeconds(parsed.GetValue(_listen)))
        {
            Events = parsed.GetValue(_events),
            FindsTransport = Url(parsed.CommandResult) is not null && !_stream.HasTransport(parsed, environment),
            Report = parsed.GetValue(_report),
        };

    private Target TargetOf(SymbolResult result) => result is CommandResult { Command.Name: "reconnect" } ? _reconnectTarget : _target;

    private string? Url(SymbolResult result) => result.GetValue(_url) ?? TargetOf(result).Url(result);

    private IEnumerable<string> Given(SymbolResult result) =>
        new[] { result.GetValue(_url), result.GetValue(_config), TargetOf(result).Url(result) ?? TargetOf(result).FileOf(result) }.OfType<string>();
}
