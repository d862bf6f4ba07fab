using System.Collections.Immutable;
using System.Text.Json;
using McpSseActors.Dashboard.Access;
using McpSseActors.Dashboard.Live;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpSseActors.Dashboard.Api;

/// <summary>Events that handlers could not handle: found, looked at, retried and discarded.</summary>
internal sealed partial class DeadLetterApi(StreamHub hub, Roles roles)
{
    private const int Most = 1000;

    // A search in the text reads so many letters at the most for one answer, which then says where to go on.
    private const int MostSearched = 5000;
    private const int PageLength = 100;

    public async Task<object?> ListAsync(HttpContext http)
    {
        var search = new LetterSearch(
            http.Text("stream"), http.Text("handler"), http.Text("type"), http.Time("since"), http.Time("until"), http.Text("text"))
        {
            Id = http.Text("id"),
        };
        var withData = await MayReadAsync(http, search).ConfigureAwait(false);
        var count = http.Number("count", usual: 50, Most);
        var counted = await hub.Client.CountDeadLettersAsync(search.Filter, http.RequestAborted).ConfigureAwait(false);
        var (letters, next) = await FindAsync(search, count, http.Text("after"), http.RequestAborted).ConfigureAwait(false);
        return new LetterList([.. letters.Select(letter => ShownLetter.Of(letter, withData))], next, counted.Count, counted.FellOut);
    }

    public async Task<object?> ShowAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        var letter = await hub.Client.GetDeadLetterAsync(id, http.RequestAborted).ConfigureAwait(false)
            ?? throw new ApiFault(StatusCodes.Status404NotFound, "The dead letter is not there: it was retried or discarded, or a limit was reached.");
        var maySeeData = await roles.MaySeePayloadsAsync(http).ConfigureAwait(false);
        return ShownLetter.Of(letter, maySeeData).WithDataOf(letter, http.Number("length", ShownLetter.Usual, ShownLetter.Most));
    }

    public async Task<object?> RetryAsync(HttpContext http)
    {
        var total = new DeadLettersRetried(0, 0, 0, []);
        foreach (var filter in await SelectAsync(http).ConfigureAwait(false))
        {
            var one = await hub.Client.RetryDeadLettersAsync(filter).ConfigureAwait(false);
            total = new DeadLettersRetried(total.Handled + one.Handled, total.Failed + one.Failed, total.UnderWay + one.UnderWay,
                [.. total.Faults.Concat(one.Faults).Take(100)])
            {
                MissingNodes = [.. total.MissingNodes.Union(one.MissingNodes)],
            };
        }

        Acted(hub.Log, Roles.NameOf(http), "retried", total.Handled + total.Failed + total.UnderWay);
        return total;
    }

    public async Task<object?> DiscardAsync(HttpContext http)
    {
        var discarded = 0;
        foreach (var filter in await SelectAsync(http).ConfigureAwait(false))
            discarded += await hub.Client.DiscardDeadLettersAsync(filter).ConfigureAwait(false);
        Acted(hub.Log, Roles.NameOf(http), "discarded", discarded);
        return new LettersDiscarded(discarded);
    }

    private async Task<bool> MayReadAsync(HttpContext http, LetterSearch search)
    {
        var withData = await roles.MaySeePayloadsAsync(http).ConfigureAwait(false);
        return search.Text is null || withData
            ? withData
            : throw new ApiFault(StatusCodes.Status403Forbidden, "You may not see the data of events, so you can't search in it: leave out 'text'.");
    }

    private async Task<(ImmutableArray<StoredDeadLetter> Letters, string? Next)> FindAsync(
        LetterSearch search, int count, string? after, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<StoredDeadLetter>();
        var searched = 0;
        while (found.Count < count && searched < MostSearched)
        {
            var page = await hub.Client.GetDeadLettersAsync(search.Filter, Math.Min(PageLength, count - found.Count), after, cancellation)
                .ConfigureAwait(false);
            found.AddRange(page.Letters.Where(search.Matches));
            (after, searched) = (page.Next, searched + page.Letters.Length);
            if (after is null)
                break;
        }

        return (found.ToImmutable(), after);
    }

    // A search in the text is not the store's matter, so it selects letters one by one.
    private async Task<IReadOnlyList<DeadLetterFilter>> SelectAsync(HttpContext http)
    {
        var wanted = await ReadAsync(http).ConfigureAwait(false);
        if (wanted.Ids is { } ids)
            return [.. ids.Select(id => id.Length > 0 ? new DeadLetterFilter { Id = id } : throw Malformed())];
        var search = wanted.Filter!;
        await MayReadAsync(http, search).ConfigureAwait(false);
        if (search.Text is null)
            return [search.Filter];
        var selected = new List<DeadLetterFilter>();
        string? after = null;
        do
        {
            (var letters, after) = await FindAsync(search, Most, after, http.RequestAborted).ConfigureAwait(false);
            selected.AddRange(letters.Select(letter => new DeadLetterFilter { Id = letter.Id }));
        }
        while (after is not null);
        return selected;
    }

    private static async Task<LetterSelection> ReadAsync(HttpContext http)
    {
        try
        {
            var body = await JsonSerializer.DeserializeAsync<LetterSelection>(http.Request.Body, ApiJson.Options, http.RequestAborted).ConfigureAwait(false);
            return body is { Ids: null } == body is { Filter: null } ? throw Malformed() : body!;
        }
        catch (JsonException)
        {
            throw Malformed();
        }
    }

    // What is misspelled must not select more.
    private static ApiFault Malformed() => new(StatusCodes.Status400BadRequest,
        "The body is either {\"ids\": [\"…\"]} or {\"filter\": {…}} with any of stream, handler, type, since, until and text; "
        + "an empty filter selects all.");

    [LoggerMessage(LogLevel.Information, "{User} {What} {Count} dead letter(s) in the dashboard")]
    private static partial void Acted(ILogger log, string user, string what, int count);

    private sealed record LetterSelection(ImmutableArray<string>? Ids = null, LetterSearch? Filter = null);

    private sealed record LetterList(ImmutableArray<ShownLetter> Letters, string? Next, long Count, long FellOut);

    private sealed record LettersDiscarded(int Discarded);
}
