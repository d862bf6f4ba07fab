using System.CommandLine;
using McpSseActors.Cli.DeadLetters;
using McpSseActors.Cli.Output;
using Spectre.Console;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse dead-letters</c>: what handlers could not handle.</summary>
internal static class DeadLettersCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "dead-letters",
            "Lists, shows, retries and discards events that handlers could not handle. They are where [mcp_sse.delivery] stores positions: in a file "
            + "beside them, or in their database. While a process uses the file, list and show read it all the same; to retry and discard, "
            + "ask that process: see --attach.",
            "mcp-sse dead-letters list",
            "mcp-sse dead-letters show 0199",
            "mcp-sse dead-letters retry --handler ChatHandler --since 2h",
            "mcp-sse dead-letters discard --type 'chat.*' --yes");
        command.Add(List(globals, environment));
        command.Add(Show(globals, environment));
        command.Add(Retry(globals, environment));
        command.Add(Discard(globals, environment));
        command.SetWork(globals, environment, (_, _) => throw new CliException(
            ExitCodes.Usage, "say what to do: list, show, retry or discard. See 'mcp-sse dead-letters --help'."));
        return command;
    }

    private static CliCommand List(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "list",
            "Prints a line for each letter, oldest first, without the data of its event.",
            "mcp-sse dead-letters list",
            "mcp-sse dead-letters list --stream chat --type 'chat.*' --since 1d --count 20",
            "mcp-sse dead-letters list --json | jq -r .id",
            "mcp-sse dead-letters list --attach http://127.0.0.1:5080");
        var selection = new LetterSelection(environment.Time, withIds: false);
        var count = new Option<int>("--count", "-n") { Description = "Print at most this many.", HelpName = "N", DefaultValueFactory = _ => 100 }.AtLeast(1);
        selection.AddTo(command);
        command.Add(count);
        command.SetWork(globals, environment, async (parsed, context) =>
        {
            await using var source = await selection.OpenAsync(parsed, context).ConfigureAwait(false);
            var filter = selection.Filter(parsed);
            var letters = await source.FindAsync(filter, parsed.GetValue(count), context.Ending).ConfigureAwait(false);
            foreach (var letter in letters)
                context.Reporter.DeadLetter(letter, withData: false);
            var all = await source.CountAsync(filter, context.Ending).ConfigureAwait(false);
            var isCut = all > letters.Count;
            context.Reporter.Note($"{(isCut ? $"{letters.Count} of " : "")}{Words.Count(all, "dead letter")}{(isCut ? "; --count prints more" : "")}.");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static CliCommand Show(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "show",
            "Prints letters with the data of their events.",
            "mcp-sse dead-letters show 01998c5e-2f31-7a9c-8000-1b2c3d4e5f60",
            "mcp-sse dead-letters show 01998c5e 01998d07",
            "mcp-sse dead-letters show 01998c5e --json | jq .data");
        var selection = new LetterSelection(environment.Time, withIds: true, withFilters: false);
        selection.AddTo(command);
        command.SetWork(globals, environment, async (parsed, context) =>
        {
            await using var source = await selection.OpenAsync(parsed, context).ConfigureAwait(false);
            foreach (var letter in await selection.FindAsync(parsed, source, context.Ending).ConfigureAwait(false))
                context.Reporter.DeadLetter(letter, withData: true);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static CliCommand Retry(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "retry",
            "Gives events to the handlers that failed on them again: with --attach at once, from a file when their streams start the next time, "
            + "from a database within 30 s. "
            + "Exits with 1 if one stays, or if a node of a cluster did not answer.",
            "mcp-sse dead-letters retry 01998c5e",
            "mcp-sse dead-letters retry --type 'chat.*' --since 2h",
            "mcp-sse dead-letters retry --all --attach http://127.0.0.1:5080");
        var selection = new LetterSelection(environment.Time, withIds: true);
        selection.AddTo(command);
        command.SetWork(globals, environment, async (parsed, context) =>
        {
            await using var source = await selection.OpenAsync(parsed, context).ConfigureAwait(false);
            var retried = new RetriedLetters(0, 0, 0, 0, []);
            foreach (var filter in await selection.FiltersAsync(parsed, source, context.Ending).ConfigureAwait(false))
                retried += await source.RetryAsync(filter, context.Ending).ConfigureAwait(false);
            foreach (var fault in retried.Faults)
                context.Reporter.Check(new TestCheck(fault.Id, Passed: false, fault.Reason));
            foreach (var node in retried.MissingNodes)
                context.Reporter.Check(new TestCheck(node, Passed: false, "the node did not answer: retry the letters of its streams again"));
            Fact[] facts =
            [
                new("requested", retried.Requested, InVerdict: true),
                new("handled", retried.Handled, InVerdict: true),
                new("under_way", retried.UnderWay, InVerdict: true),
                new("failed", retried.Failed, InVerdict: true),
            ];
            context.Reporter.Summary(new RunSummary("dead-letters retry", retried.IsComplete, VerdictOf(retried, source.RetriesWhen), [.. facts], []));
            return retried.IsComplete ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static CliCommand Discard(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "discard",
            "Discards letters, for good. More than one only after you have said yes.",
            "mcp-sse dead-letters discard 01998c5e",
            "mcp-sse dead-letters discard --stream chat --until 7d --yes",
            "mcp-sse dead-letters discard --all --yes --attach http://127.0.0.1:5080");
        var selection = new LetterSelection(environment.Time, withIds: true);
        var yes = new Option<bool>("--yes", "-y") { Description = "Discard more than one without a question." };
        selection.AddTo(command);
        command.Add(yes);
        command.SetWork(globals, environment, async (parsed, context) =>
        {
            await using var source = await selection.OpenAsync(parsed, context).ConfigureAwait(false);
            var filters = await selection.FiltersAsync(parsed, source, context.Ending).ConfigureAwait(false);
            var count = 0L;
            foreach (var filter in filters)
                count += await source.CountAsync(filter, context.Ending).ConfigureAwait(false);
            if (count > 1 && !parsed.GetValue(yes) && !Confirm(count, mayAsk: !parsed.GetValue(globals.Json), context))
                return ExitCodes.Ok;
            var discarded = 0;
            foreach (var filter in filters)
                discarded += await source.DiscardAsync(filter, context.Ending).ConfigureAwait(false);
            context.Reporter.Summary(new RunSummary("dead-letters discard", true, $"{Words.Count(discarded, "dead letter")} discarded.", [new("discarded", discarded, true)], []));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static bool Confirm(long count, bool mayAsk, CommandContext context) => (mayAsk ? context.Environment.Terminal?.Invoke() : null) is { } terminal
        ? terminal.Confirm($"Discard {count} dead letters?", defaultValue: false)
        : throw new CliException(ExitCodes.Usage, $"this would discard {count} dead letters; add --yes, or select fewer. Nothing was discarded.");

    private static string VerdictOf(RetriedLetters retried, string when)
    {
        var parts = new List<string>();
        if (retried.Requested > 0)
            parts.Add($"{Words.Count(retried.Requested, "dead letter")} will be retried {when}");
        if (retried.Handled > 0)
            parts.Add($"{retried.Handled} handled");
        if (retried.UnderWay > 0)
            parts.Add($"{retried.UnderWay} under way: see 'mcp-sse dead-letters list' later");
        if (retried.Failed > 0)
            parts.Add($"{retried.Failed} not handled, kept");
        if (retried.MissingNodes.Count > 0)
            parts.Add($"{Words.Count(retried.MissingNodes.Count, "node")} did not answer");
        return parts.Count == 0 ? "no dead letter matches" : string.Join(", ", parts);
    }
}
