using System.CommandLine;
using McpSseActors.Cli.Testing;

namespace McpSseActors.Cli.Commands;

/// <summary>The options of <c>mcp-sse test</c> and of its subcommand.</summary>
internal sealed class TestOptions
{
    private readonly Option<string?> _url = new("--url") { Description = "The URL of an event stream or of an MCP server.", HelpName = "URL", Recursive = true };

    private readonly Option<string?> _config = new("--config", "-c") { Description = "Test the enabled streams of this TOML file.", HelpName = "FILE", Recursive = true };

    private readonly Option<string?> _authKey = new("--auth-key")
    {
        Description = "With --url: the key to send. Default: the variable MCP_SSE__AUTH_KEY.",
        HelpName = "KEY",
        Recursive = true,
    };

    private readonly Option<string?> _transport = new("--transport") { Description = "With --url: the transport. Default: detected; for reconnect, sse.", Recursive = true };

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

    public void AddTo(Command test)
    {
        _transport.AcceptOnlyFromAmong([.. StreamTransport.All.Select(each => $"{each}")]);
        foreach (var option in new Option[] { _url, _config, _authKey, _transport, _events, _timeout, _listen, _report })
            test.Add(option);
        test.Validators.Add(result =>
        {
            if (result.GetResult(_url) is not null && result.GetResult(_config) is not null)
                result.AddError("--url and --config cannot be combined: specify one server or one file.");
        });
    }

    /// <summary>The streams that are meant; null for a server in this process.</summary>
    public McpSseOptions? Streams(ParseResult parsed, CommandContext context)
    {
        if (parsed.GetValue(_config) is { } config)
        {
            var options = ConfigFile.Load(ConfigFile.Find(config, context.Environment), context.Environment);
            return options.Streams.Any(stream => stream.Enabled)
                ? options
                : throw new CliException(ExitCodes.Usage, $"no stream is enabled in {config}; set enable = true under [mcp_sse].");
        }

        return parsed.GetValue(_url) is { } url ? new McpSseOptions { Streams = [Stream(url, parsed)], ConsoleLogLevel = ConsoleLogLevel.Error } : null;
    }

    public TestSettings ForTest(ParseResult parsed, McpSseOptions? streams, int embeddedEvents) =>
        new(streams, parsed.GetValue(_events) ?? (streams is null ? embeddedEvents : 1), TimeSpan.FromSeconds(parsed.GetValue(_timeout)), parsed.GetValue(_report));

    public DiagnosisSettings ForDiagnosis(ParseResult parsed, McpSseOptions streams) =>
        new(streams, TimeSpan.FromSeconds(parsed.GetValue(_timeout)), TimeSpan.FromSeconds(parsed.GetValue(_listen)))
        {
            Events = parsed.GetValue(_events),
            FindsTransport = parsed.GetValue(_url) is not null && parsed.GetValue(_transport) is null,
            Report = parsed.GetValue(_report),
        };

    private StreamOptions Stream(string url, ParseResult parsed)
    {
        OneStream.Url(url, "--url", "http://localhost:8080/events");
        return OneStream.Of(url, parsed.GetValue(_transport) ?? "sse", parsed.GetValue(_authKey)).Checked();
    }
}
