using System.Text.Json;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Web;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.Cli.Stats;

/// <summary>
/// Lets <c>mcp-sse dead-letters --attach</c> see, retry and discard the letters of this process. A page in a browser can't: it can't send the header
/// to another origin without leave, which nobody gives.
/// </summary>
internal static class LetterDoor
{
    /// <summary>The path below which requests are.</summary>
    public const string Path = "/dead-letters";

    /// <summary>The header that every request must have.</summary>
    public const string Header = "X-Mcp-Sse";

    /// <summary>Answers a request.</summary>
    public static async Task AnswerAsync(HttpContext http, Task<IMcpSseClient> client)
    {
        if (!http.Request.Headers.ContainsKey(Header))
        {
            await http.AnswerAsync(StatusCodes.Status403Forbidden, $"Send the header {Header}.\n").ConfigureAwait(false);
            return;
        }

        try
        {
            var query = await JsonSerializer.DeserializeAsync<LetterQuery>(http.Request.Body, StatsJson.Options, http.RequestAborted).ConfigureAwait(false);
            await AnswerAsync(http, await client.ConfigureAwait(false), query ?? throw new JsonException()).ConfigureAwait(false);
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException)
        {
            await http.AnswerAsync(StatusCodes.Status400BadRequest, "The body is not a valid query.\n").ConfigureAwait(false);
        }
    }

    private static async Task AnswerAsync(HttpContext http, IMcpSseClient client, LetterQuery query)
    {
        object? answer = http.Request.Path.Value switch
        {
            Path + "/list" => await client.GetDeadLettersAsync(query.Filter, query.Count, query.After, http.RequestAborted).ConfigureAwait(false),
            Path + "/count" => await client.CountDeadLettersAsync(query.Filter, http.RequestAborted).ConfigureAwait(false),
            Path + "/retry" => await client.RetryDeadLettersAsync(query.Filter, http.RequestAborted).ConfigureAwait(false),
            Path + "/discard" => new DeadLettersDiscarded(await client.DiscardDeadLettersAsync(query.Filter, http.RequestAborted).ConfigureAwait(false)),
            _ => null,
        };
        if (answer is null)
            await http.AnswerAsync(StatusCodes.Status404NotFound, $"Use {Path}/list, /count, /retry or /discard.\n").ConfigureAwait(false);
        else
            await http.Response.WriteAsJsonAsync(answer, answer.GetType(), StatsJson.Options, http.RequestAborted).ConfigureAwait(false);
    }
}

/// <summary>The body of a request.</summary>
/// <param name="Filter">Selects letters.</param>
/// <param name="Count">The maximum number of letters.</param>
/// <param name="After">Where the list begins; null for the oldest letter.</param>
internal sealed record LetterQuery(DeadLetterFilter Filter, int Count = 100, string? After = null);
