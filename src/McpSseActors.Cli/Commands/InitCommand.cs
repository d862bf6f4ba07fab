using System.CommandLine;
using McpSseActors.Cli.Init;
using McpSseActors.TestServer.Demo;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse init</c>: writes a configuration.</summary>
internal static class InitCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var options = new Options();
        var command = new CliCommand(
            "init",
            "Writes a commented configuration file. On a terminal it asks for what it needs; with --url it asks nothing. "
            + $"Secrets are not written: put the key into the variable {ConfigText.Variable("auth_key")}.",
            "mcp-sse init",
            "mcp-sse init --url https://example.com/mcp",
            "mcp-sse init --url http://localhost:8080/events --event 'chat.*' --event user.login --output my.toml",
            "mcp-sse init --url http://localhost:8080/mcp --transport events --event incident.created");
        command.Add(options.Url);
        command.Add(options.Transport);
        command.Add(options.Name);
        command.Add(options.Events);
        command.Add(options.Reconnects);
        command.Add(options.Output);
        command.Add(options.Force);
        command.SetWork(globals, environment, (parsed, context) => InitAsync(options, parsed, mayAsk: !parsed.GetValue(globals.Json), context));
        return command;
    }

    private static async Task<int> InitAsync(Options options, ParseResult parsed, bool mayAsk, CommandContext context)
    {
        var path = parsed.GetValue(options.Output)!;
        var file = NewFile.At(path, Path.GetFullPath(ConfigFile.Absolute(path, context.Environment)), parsed.GetValue(options.Force));
        var answers = options.Read(parsed);
        if (answers.Url is null)
            answers = await AskAsync(answers, mayAsk, context).ConfigureAwait(false);
        var text = ConfigText.Of(answers.Stream.Checked());
        // As 'check' will read it: environment variables can be faulty too.
        var stream = TomlConfiguration.Parse(text, path, context.Environment.Variables).Streams.Single();
        file.Write(text);
        context.Reporter.Stream(stream);
        foreach (var note in Notes(path, stream, context.Environment))
            context.Reporter.Note(note);
        return ExitCodes.Ok;
    }

    private static Task<InitAnswers> AskAsync(InitAnswers answers, bool mayAsk, CommandContext context)
    {
        var terminal = mayAsk ? context.Environment.Terminal?.Invoke() : null;
        return terminal is { Profile.Capabilities.Ansi: true }
            ? new Questions(terminal, context.Ending).AskAsync(answers)
            : throw new CliException(ExitCodes.Usage,
                "cannot ask questions without a terminal; use 'mcp-sse init --url URL', and see 'mcp-sse init --help' for the other options.");
    }

    private static IEnumerable<string> Notes(string path, StreamOptions stream, CliEnvironment environment)
    {
        yield return $"Wrote {path}.";
        if (stream.Transport == StreamTransport.Events)
            yield return $"Arguments that its type has:  mcp-sse events {SecretRedactor.RedactUrl(stream.ServerUrl)} {stream.Event.Name}";
        if (stream.AuthKey.Length == 0)
            yield return $"If the server requires a key:  export {ConfigText.Variable("auth_key")}=KEY";
        var isFound = File.Exists(ConfigFile.Absolute(ConfigFile.Default, environment)) && ConfigFile.Find(null, environment) == path;
        yield return $"Connect:  mcp-sse run{(isFound ? "" : $" --config {(path.Contains(' ', StringComparison.Ordinal) ? $"'{path}'" : path)}")}";
    }

    private sealed class Options
    {
        public Option<string?> Url { get; } = new("--url") { Description = "The URL of the event stream.", HelpName = "URL" };

        public Option<string?> Transport { get; } = WithTransports(new("--transport")
        {
            Description = "The transport. Default: auto for a URL that ends in /mcp or /sse, otherwise sse.",
        });

        public Option<string?> Name { get; } = new("--name") { Description = "The name of the stream. Default: the host of the URL.", HelpName = "NAME" };

        public Option<string[]> Events { get; } = WithEvents(new("--event", "-e")
        {
            Description = "Handle only events of this type or pattern (chat.*). Can be repeated. With --transport events: the one type to subscribe to.",
            HelpName = "TYPE",
        });

        public Option<int?> Reconnects { get; } = new("--reconnects") { Description = "How many reconnects in a row may fail; -1 is unlimited. Default: 10.", HelpName = "N" };

        public Option<string> Output { get; } = new("--output", "-o")
        {
            Description = "The file to write.",
            HelpName = "FILE",
            DefaultValueFactory = _ => ConfigFile.Default,
        };

        public Option<bool> Force { get; } = new("--force", "-f") { Description = "Overwrite an existing file." };

        public InitAnswers Read(ParseResult parsed) => new()
        {
            Url = parsed.GetValue(Url),
            Transport = parsed.GetValue(Transport),
            Name = parsed.GetValue(Name),
            Events = parsed.GetResult(Events) is null ? null : [.. parsed.GetValue(Events)!],
            Reconnects = parsed.GetValue(Reconnects),
        };

        private static Option<string?> WithTransports(Option<string?> option) => option.AcceptOnlyFromAmong([.. StreamTransport.All.Select(each => $"{each}")]);

        private static Option<string[]> WithEvents(Option<string[]> option)
        {
            option.CompletionSources.Add(
                [.. SampleEvents.Types.Select(type => type.Split('.')[0] + ".*").Distinct(), .. SampleEvents.Types, "notifications/**"]);
            return option;
        }
    }
}
