using McpSseActors.Dashboard.Access;
using McpSseActors.Dashboard.Live;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.Dashboard.Api;

/// <summary>The newest events of one stream, or of all.</summary>
internal sealed class RecentApi(StreamHub hub, Roles roles)
{
    private const int Most = 1000;
    private const int MostOfData = 1024 * 1024;

    public async Task<object?> AnswerAsync(HttpContext http)
    {
        var filter = await EventFilter.ReadAsync(http, roles).ConfigureAwait(false);
        var count = http.Number("count", usual: 20, Most);
        var length = filter.WithData ? http.Number("length", ShownEvent.Usual, MostOfData) : (int?)null;
        var names = http.Text("stream") is { } stream ? [stream] : await hub.Client.GetStreamsAsync(http.RequestAborted).ConfigureAwait(false);
        var perStream = await Task.WhenAll(names.Select(name => FindAsync(name))).ConfigureAwait(false);
        return perStream.SelectMany(each => each).OrderBy(each => each.Timestamp).TakeLast(count);

        async Task<IEnumerable<ShownEvent>> FindAsync(string name)
        {
            var recent = await hub.Client.GetEventsAfterAsync(0, filter.Pattern.Text, filter.Text is null ? count : Most, name, http.RequestAborted)
                .ConfigureAwait(false);
            return recent.Sequences.Zip(recent.Events).Where(each => filter.Matches(each.Second)).TakeLast(count)
                .Select(each => ShownEvent.Of(each.First, each.Second, length));
        }
    }
}

/// <summary>Which events somebody wants to see, and how much of them they may.</summary>
/// <param name="Pattern">Their types.</param>
/// <param name="Text">What they contain; null for anything.</param>
/// <param name="WithData">Whether their data may be seen.</param>
internal sealed record EventFilter(EventPattern Pattern, string? Text, bool WithData)
{
    /// <summary>Reads the query of a request.</summary>
    /// <exception cref="ApiFault">It asks for more than is allowed.</exception>
    public static async Task<EventFilter> ReadAsync(HttpContext http, Roles roles)
    {
        var filter = new EventFilter(http.Pattern(), http.Text("text"), await roles.MaySeePayloadsAsync(http).ConfigureAwait(false));
        // Who may not see data must not find out about it by searching.
        return filter.Text is null || filter.WithData
            ? filter
            : throw new ApiFault(StatusCodes.Status403Forbidden, "You may not see the data of events, so you can't search in it: leave out 'text'.");
    }

    public bool Matches(McpEvent received) => Pattern.Matches(received.EventType) && (Text is null || ShownEvent.Contains(received, Text));
}
