using System.CommandLine;
using McpSseActors.Cli.DeadLetters;
using McpSseActors.Cli.Output;

namespace McpSseActors.Cli.Commands;

/// <summary>The options that say where letters are, and which of them are meant.</summary>
internal sealed class LetterSelection
{
    private readonly Option<string?> _config = ConfigFile.Option();
    private readonly Option<string?> _file = new("--file") { Description = "The file of the dead letters. Default: that of the configuration.", HelpName = "PATH" };
    private readonly Option<string?> _attach = new("--attach", "-a") { Description = "Ask a running host instead: 'mcp-sse run --stats-port N' (http://127.0.0.1:N), the URL that 'run --web' prints, or your own service that maps the HTTP API or the dashboard.", HelpName = "URL" };
    private readonly Option<string?> _authKey = new("--auth-key") { Description = "With --attach: the key to send.", HelpName = "KEY" };
    private readonly Argument<string[]> _ids = new("ID") { Description = "The IDs, or their unique beginnings.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _stream = new("--stream") { Description = "Only those of this stream.", HelpName = "NAME" };
    private readonly Option<string?> _handler = new("--handler") { Description = "Only those of this handler.", HelpName = "NAME" };
    private readonly Option<string?> _type = new("--type") { Description = "Only events of this type or pattern (chat.*).", HelpName = "PATTERN" };
    private readonly Option<DateTimeOffset?> _since;
    private readonly Option<DateTimeOffset?> _until;
    private readonly Option<bool> _all = new("--all") { Description = "All letters." };
    private readonly bool _withIds;
    private readonly bool _withFilters;

    public LetterSelection(TimeProvider time, bool withIds, bool withFilters = true)
    {
        (_withIds, _withFilters) = (withIds, withFilters);
        _since = Time("--since", $"Only those given up since then: {EventTime.Form}.");
        _until = Time("--until", "Only those given up before then.");

        Option<DateTimeOffset?> Time(string name, string description) => Values.Option<DateTimeOffset>(
            name, description, "WHEN", EventTime.Form, (string text, out DateTimeOffset when) => EventTime.TryParse(text, time, out when));
    }

    private Option[] Filters => [_stream, _handler, _type, _since, _until];

    public void AddTo(Command command)
    {
        if (_withIds)
            command.Add(_ids);
        foreach (var option in _withFilters ? Filters : [])
            command.Add(option);
        if (_withIds && _withFilters)
            command.Add(_all);
        command.Add(_config);
        command.Add(_file);
        command.Add(_attach);
        command.Add(_authKey);
        command.Validators.Add(result =>
        {
            if (new[] { result.GetValue(_config), result.GetValue(_file), result.GetValue(_attach) }.Count(each => each is not null) > 1)
                result.AddError("--config, --file and --attach cannot be combined: specify one of them.");
            if (result.GetValue(_authKey) is not null && result.GetValue(_attach) is null)
                result.AddError("--auth-key requires --attach URL.");
            var ways = (result.GetValue(_ids) is { Length: > 0 } ? 1 : 0)
                + (Array.Exists(Filters, option => result.GetResult(option) is { Implicit: false }) ? 1 : 0) + (result.GetValue(_all) ? 1 : 0);
            if (_withIds && ways == 0)
                result.AddError(_withFilters ? "Say which: an ID, a filter such as --type, or --all." : "Say which: an ID, or its beginning.");
            if (_withIds && ways > 1)
                result.AddError("IDs, filters and --all cannot be combined: specify one of them.");
            if (result.GetValue(_type) is { } type && FaultOf(type) is { } fault)
                result.AddError($"--type {Lines.OneLine(type)}: {fault}.");
        });
    }

    /// <summary>Opens what the letters are in.</summary>
    public async Task<ILetterSource> OpenAsync(ParseResult parsed, CommandContext context)
    {
        if (parsed.GetValue(_attach) is { } host)
            return new LetterHost(OneStream.Url(host, "--attach", "http://127.0.0.1:5080"), parsed.GetValue(_authKey) ?? "");
        if (parsed.GetValue(_file) is { } file)
        {
            var found = ConfigFile.Absolute(file, context.Environment);
            return Path.Exists(found) ? new LetterFile(found) : throw new CliException(ExitCodes.Usage, $"the file {file} does not exist; check --file.");
        }

        var path = ConfigFile.Find(parsed.GetValue(_config), context.Environment);
        var delivery = (await ConfigFile.LoadAsync(path, context).ConfigureAwait(false)).Delivery;
        Databases.Register();
        return delivery.Guarantee is DeliveryGuarantee.AtLeastOnce
            ? delivery.IsStoreDatabase ? new LetterDatabase(delivery.Store) : new LetterFile(delivery.DeadLetterStore)
            : throw new CliException(ExitCodes.Usage,
                $"{path} does not store dead letters: set guarantee = \"at-least-once\" under [mcp_sse.delivery]. Those of a running 'mcp-sse run --stats-port N' are in its memory: use --attach.");
    }

    /// <summary>Gets what the options select.</summary>
    public DeadLetterFilter Filter(ParseResult parsed) => new()
    {
        Stream = parsed.GetValue(_stream),
        Handler = parsed.GetValue(_handler),
        EventType = parsed.GetValue(_type),
        Since = parsed.GetValue(_since),
        Until = parsed.GetValue(_until),
    };

    /// <summary>Gets the letters of the IDs.</summary>
    /// <exception cref="CliException">One does not exist, or is the beginning of several.</exception>
    public async Task<IReadOnlyList<StoredDeadLetter>> FindAsync(ParseResult parsed, ILetterSource source, CancellationToken cancellation)
    {
        var letters = new List<StoredDeadLetter>();
        foreach (var id in parsed.GetValue(_ids) ?? [])
        {
            var found = await source.FindAsync(new DeadLetterFilter { Id = id.ToLowerInvariant() }, 3, cancellation).ConfigureAwait(false);
            letters.Add(found switch
            {
                [] => throw new CliException(ExitCodes.Failed, $"no dead letter has the ID {Lines.OneLine(id)}; 'mcp-sse dead-letters list' shows all."),
                [var one] => one,
                _ => throw new CliException(ExitCodes.Failed, $"{Lines.OneLine(id)} is the beginning of several IDs, as {found[0].Id} and {found[1].Id}: write more of it."),
            });
        }

        return letters;
    }

    /// <summary>Gets what is selected: by IDs, or by the options.</summary>
    /// <exception cref="CliException">An ID does not exist, or is the beginning of several.</exception>
    public async Task<IReadOnlyList<DeadLetterFilter>> FiltersAsync(ParseResult parsed, ILetterSource source, CancellationToken cancellation) =>
        parsed.GetValue(_ids) is { Length: > 0 }
            ? [.. (await FindAsync(parsed, source, cancellation).ConfigureAwait(false)).Select(letter => letter.Id).Distinct().Select(id => new DeadLetterFilter { Id = id })]
            : [Filter(parsed)];

    private static string? FaultOf(string pattern)
    {
        try
        {
            EventPattern.Parse(pattern);
            return null;
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }
}
