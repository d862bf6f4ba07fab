using McpSseActors.Dashboard.Access;
using McpSseActors.Dashboard.Live;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace McpSseActors.Dashboard.Api;

/// <summary>The one stream of events that a page reads. It is made when the browser takes it: nothing waits for a slow one, and it sees the newest.</summary>
internal sealed class LiveApi(StreamHub hub, Roles roles, Rehearsal rehearsal)
{
    // At most four updates a second.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    public async Task AnswerAsync(HttpContext http)
    {
        var filter = await EventFilter.ReadAsync(http, roles).ConfigureAwait(false);
        var name = http.Text("stream");
        if (name is not null)
            await hub.Client.GetStateAsync(name, http.RequestAborted).ConfigureAwait(false);
        var withEvents = http.Flag("events");
        if (withEvents && name is null)
            throw new ApiFault(StatusCodes.Status400BadRequest, "events=true needs the name of a stream: stream=NAME.");

        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, hub.Lifetime.ApplicationStopping);
        using var watching = hub.Sampler.Watch();
        var open = name is null ? null : hub.Open.Open(name);
        try
        {
            await WriteAsync(http.Response, new LivePage(hub, open, withEvents ? filter : null), over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The browser has left, or the host stops.
        }
        finally
        {
            if (open is not null)
                hub.Open.Close(open);
        }
    }

    // While a write waits for the browser, ticks of the timer become one.
    private async Task WriteAsync(HttpResponse response, LivePage page, CancellationToken over)
    {
        await response.WriteAsync("retry: 2000\n\n", over).ConfigureAwait(false);
        await rehearsal.DoneAsync().WaitAsync(over).ConfigureAwait(false);
        using var timer = new PeriodicTimer(Period, hub.Time);
        do
        {
            var update = await page.NextAsync().ConfigureAwait(false);
            if (update.IsEmpty)
                continue;
            await response.Body.WriteAsync(update, over).ConfigureAwait(false);
            await response.Body.FlushAsync(over).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(over).ConfigureAwait(false));
    }
}
