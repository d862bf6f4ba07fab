using System.Collections.Immutable;
using McpSseActors.Cli.Output;
using Spectre.Console;

namespace McpSseActors.Cli.Init;

/// <summary>Asks on a terminal for what the command line left open.</summary>
internal sealed class Questions(IAnsiConsole console, CancellationToken ending)
{
    private const int PointerWidth = 3;

    /// <summary>Asks everything that is not said yet.</summary>
    public async Task<InitAnswers> AskAsync(InitAnswers answers)
    {
        try
        {
            answers = answers with { Url = answers.Url ?? await UrlAsync().ConfigureAwait(false) };
            answers = answers with { Transport = answers.Transport ?? await TransportAsync(answers.Url).ConfigureAwait(false) };
            answers = answers with { Name = answers.Name ?? await NameAsync(answers.Stream).ConfigureAwait(false) };
            answers = answers with { Events = answers.Events ?? await (answers.IsSubscription ? SubscriptionAsync(answers.Url!) : EventsAsync()).ConfigureAwait(false) };
            return answers with { Reconnects = answers.Reconnects ?? await ReconnectsAsync().ConfigureAwait(false) };
        }
        catch (OperationCanceledException)
        {
            console.WriteLine();
            throw;
        }
        finally
        {
            // A list hides it, and does not show it again when it is cut short.
            console.Cursor.Show();
        }
    }

    private Task<string> UrlAsync() => TextAsync(new TextPrompt<string>("URL of the server:"), text => new StreamOptions { ServerUrl = text });

    private async Task<string> TransportAsync(string url)
    {
        var guess = InitAnswers.Guess(url);
        var width = Manual.Transports.Keys.Max(name => name.Length);
        var prompt = new SelectionPrompt<string>()
            .Title("Transport:")
            .AddChoices(Manual.Transports.Keys.OrderBy(name => name != guess))
            .UseConverter(name => Markup.Escape(CellText.Fit($"{name.PadRight(width)}  {FirstClause(Manual.Transports[name])}", console.Profile.Width - PointerWidth)));
        var chosen = await prompt.ShowAsync(console, ending).ConfigureAwait(false);
        console.MarkupLineInterpolated($"Transport: [blue]{chosen}[/]");
        return chosen;
    }

    // The page says more, but a line that wraps breaks the list.
    private static string FirstClause(string text) => text.Split(": ")[0];

    private Task<string> NameAsync(StreamOptions stream) =>
        TextAsync(new TextPrompt<string>("Name of the stream").DefaultValue(stream.EffectiveName), text => new StreamOptions { Name = text });

    private async Task<ImmutableArray<string>> EventsAsync()
    {
        var prompt = new TextPrompt<string>("Event types or patterns, as chat.*, user.login [grey](empty: all)[/]:").AllowEmpty();
        var text = await TextAsync(prompt, typed => new StreamOptions { SubscribedEvents = Split(typed) }).ConfigureAwait(false);
        return Split(text);
    }

    private async Task<ImmutableArray<string>> SubscriptionAsync(string url) =>
    [
        await TextAsync(
            new TextPrompt<string>($"Event type [grey](mcp-sse events {Markup.Escape(SecretRedactor.RedactUrl(url))} lists them)[/]:"),
            text => new StreamOptions { Enabled = true, ServerUrl = url, Transport = StreamTransport.Events, Event = new McpEventSubscription { Name = text } }).ConfigureAwait(false),
    ];

    private Task<int> ReconnectsAsync() => new TextPrompt<int>("Reconnects in a row that may fail [grey](-1: unlimited)[/]")
        .DefaultValue(new StreamOptions().MaxReconnectAttempts)
        .ValidationErrorMessage("Write a whole number.")
        .Validate(number => number >= -1, "Write -1 or more.")
        .ShowAsync(console, ending);

    private async Task<string> TextAsync(TextPrompt<string> prompt, Func<string, StreamOptions> read)
    {
        prompt.Validate(text => read(text.Trim()).Validate().FirstOrDefault() is { } fault
            ? ValidationResult.Error(Markup.Escape($"{fault.Problem}; {fault.Remedy}"))
            : ValidationResult.Success());
        return (await prompt.ShowAsync(console, ending).ConfigureAwait(false)).Trim();
    }

    private static ImmutableArray<string> Split(string events) => [.. events.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
