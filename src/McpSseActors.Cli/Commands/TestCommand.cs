using System.CommandLine;
using McpSseActors.Cli.Testing;
using McpSseActors.Configuration;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse test</c> and <c>mcp-sse test reconnect</c>.</summary>
internal static class TestCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var options = new Options();
        var test = new CliCommand(
            "test",
            "Tests connection and events: against a server in this process, one at a URL, or the streams of a configuration.",
            "mcp-sse test",
            "mcp-sse test --url http://localhost:8080/events --timeout 10",
            "mcp-sse test --config my.toml",
            "mcp-sse test reconnect");
        var reconnect = new CliCommand(
            "reconnect",
            "Tests that a lost connection comes back without losing or repeating an event.",
            "mcp-sse test reconnect",
            "mcp-sse test reconnect --url http://localhost:8080/events");
        test.Add(options.Url);
        test.Add(options.Config);
        test.Add(options.AuthKey);
        test.Add(options.Events);
        test.Add(options.Timeout);
        test.Validators.Add(result =>
        {
            if (result.GetResult(options.Url) is not null && result.GetResult(options.Config) is not null)
                result.AddError("--url and --config cannot go together: name one server or one file.");
        });
        test.Add(reconnect);
        test.SetWork(globals, environment, (parsed, context) => BasicTest.RunAsync(context, options.Read(parsed, context, embeddedEvents: 24)));
        reconnect.SetWork(globals, environment, (parsed, context) => ReconnectTest.RunAsync(context, options.Read(parsed, context, embeddedEvents: 60)));
        return test;
    }

    private sealed class Options
    {
        public Option<string?> Url { get; } = new("--url") { Description = "The server's event stream.", HelpName = "URL", Recursive = true };

        public Option<string?> Config { get; } = new("--config", "-c") { Description = "Test the enabled streams of this TOML file.", HelpName = "FILE", Recursive = true };

        public Option<string?> AuthKey { get; } = new("--auth-key")
        {
            Description = "With --url: the key to send. Default: the variable MCP_SSE__AUTH_KEY.",
            HelpName = "KEY",
            Recursive = true,
        };

        public Option<int?> Events { get; } = new("--events")
        {
            Description = "How many events have to arrive. Default: 1; with the server in this process 24, for reconnect 60.",
            HelpName = "N",
            Recursive = true,
        };

        public Option<double> Timeout { get; } = new Option<double>("--timeout")
        {
            Description = "How many seconds the test may take.",
            HelpName = "S",
            DefaultValueFactory = _ => 30,
            Recursive = true,
        }.Above(0, 86_400);

        public TestSettings Read(ParseResult parsed, CommandContext context, int embeddedEvents)
        {
            var streams = Streams(parsed.GetValue(Url), parsed.GetValue(Config), parsed.GetValue(AuthKey), context);
            var events = parsed.GetValue(Events) ?? (streams is null ? embeddedEvents : 1);
            if (events < 1)
                throw new CliException(ExitCodes.Usage, $"--events {events}: write 1 or more.");
            return new TestSettings(streams, events, TimeSpan.FromSeconds(parsed.GetValue(Timeout)));
        }

        private static McpSseOptions? Streams(string? url, string? config, string? authKey, CommandContext context)
        {
            if (config is not null)
            {
                var options = ConfigFile.Load(ConfigFile.Find(config, context.Environment), context.Environment);
                return options.Streams.Any(stream => stream.Enable)
                    ? options
                    : throw new CliException(ExitCodes.Usage, $"no stream is enabled in {config}; set enable = true under [mcp_sse].");
            }

            if (url is null)
                return null;
            if (!Uri.TryCreate(url, UriKind.Absolute, out var target) || target.Scheme is not ("http" or "https"))
                throw new CliException(ExitCodes.Usage, $"--url {url}: write an absolute URL, as http://localhost:8080/events.");
            return new McpSseOptions
            {
                Streams =
                [
                    new StreamOptions
                    {
                        Name = target.Host,
                        Enable = true,
                        ServerUrl = url,
                        AuthKey = authKey ?? Environment.GetEnvironmentVariable("MCP_SSE__AUTH_KEY") ?? "",
                        EnableEventLogging = false,
                    },
                ],
                ConsoleLogLevel = ConsoleLogLevel.Error,
            };
        }
    }
}
