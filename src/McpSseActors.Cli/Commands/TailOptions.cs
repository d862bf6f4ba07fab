using System.CommandLine;
using System.CommandLine.Parsing;
using McpSseActors.Cli.Output;

namespace McpSseActors.Cli.Commands;

/// <summary>The options that say which events are printed, how, where, and for how long.</summary>
internal sealed class TailOptions
{
    private static readonly string[] Formats = [.. Enum.GetNames<EventFormat>().Select(name => name.ToLowerInvariant())];

    private readonly GlobalOptions _globals;
    private readonly Option<EventPattern[]> _filter;
    private readonly Option<DateTimeOffset?> _since;
    private readonly Option<string?> _sinceId = new("--since-id") { Description = "Start after the event with this ID, or of MCP events after this cursor: the server is asked to resend what followed.", HelpName = "ID" };
    private readonly Option<int?> _count = Count("End after this many events. The exit code is 1 if fewer arrive.");
    private readonly Option<TimeSpan?> _duration;
    private readonly Option<string?> _format = new("--format", "-f")
    {
        Description =
            "pretty: readable lines, with state changes and statistics. json: one object per line (as --json). "
            + "raw: only the data, as received, and a line end. "
            + "With json and raw, standard output contains only events; the rest goes to standard error. Default: pretty.",
    };
    private readonly Option<bool> _all = new("--all") { Description = "With json: write state changes and statistics to standard output too, each with its \"kind\"." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Write the events to a new file, in whole lines, at least once per second.", HelpName = "FILE" };
    private readonly Option<bool> _append = new("--append") { Description = "With --output: append to an existing file." };
    private readonly Option<bool> _force = new("--force") { Description = "With --output: overwrite an existing file." };

    public TailOptions(GlobalOptions globals, TimeProvider time)
    {
        _globals = globals;
        _filter = new("--filter")
        {
            Description = "Print only events of this type or pattern (chat.*, notifications/**). Can be repeated.",
            HelpName = "PATTERN",
            CustomParser = result => [.. result.Tokens.Select(token => Pattern(token.Value, result))],
        };
        _since = Values.Option<DateTimeOffset>(
            "--since",
            $"Print only events since then: {EventTime.Form}. The time of an event is timestamp, time or ts in its data, or else when it arrived. To fetch earlier events, see --since-id.",
            "WHEN",
            EventTime.Form,
            (string text, out DateTimeOffset since) => EventTime.TryParse(text, time, out since));
        _duration = Values.Span("--duration", "End after this time: 500ms, 30s, 5m, 2h.");
        _format.AcceptOnlyFromAmong(Formats);
    }

    /// <summary>The option for how many events are enough.</summary>
    public static Option<int?> Count(string description) =>
        new Option<int?>("--count", "-n") { Description = description, HelpName = "N" }.AtLeast(1);

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_filter, _since, _sinceId, _count, _duration, _format, _all, _output, _append, _force])
            command.Add(option);
        command.Validators.Add(Check);
    }

    public TailSettings Read(ParseResult parsed) => new()
    {
        Filters = [.. parsed.GetValue(_filter) ?? []],
        Since = parsed.GetValue(_since),
        SinceId = parsed.GetValue(_sinceId) ?? "",
        Count = parsed.GetValue(_count),
        Duration = parsed.GetValue(_duration),
        Format = FormatOf(parsed.GetValue(_format), parsed.GetValue(_globals.Json)),
        All = parsed.GetValue(_all),
        Output = parsed.GetValue(_output),
        Existing = parsed.GetValue(_append) ? Existing.Append : parsed.GetValue(_force) ? Existing.Overwrite : Existing.Refuse,
    };

    private static EventFormat FormatOf(string? name, bool json) =>
        name is null ? json ? EventFormat.Json : EventFormat.Pretty : Enum.Parse<EventFormat>(name, ignoreCase: true);

    private static EventPattern Pattern(string text, ArgumentResult result)
    {
        try
        {
            return EventPattern.Parse(text);
        }
        catch (FormatException fault)
        {
            result.AddError($"--filter: {fault.Message}.");
            return EventPattern.Parse(EventPattern.All);
        }
    }

    private void Check(CommandResult result)
    {
        var format = result.GetResult(_format)?.Tokens is [var token] ? token.Value : null;
        var json = result.GetValue(_globals.Json);
        if (json && format is not null and not "json")
            result.AddError($"--json and --format {format} cannot be combined.");
        if (result.GetValue(_all) && !json && format is not "json")
            result.AddError("--all requires --format json.");
        if ((result.GetValue(_append) || result.GetValue(_force)) && result.GetValue(_output) is null)
            result.AddError("--append and --force require --output FILE.");
        if (result.GetValue(_append) && result.GetValue(_force))
            result.AddError("--append and --force cannot be combined.");
    }
}
