using System.Diagnostics;
using Akka.Hosting;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Dashboard;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>This library in a web service with a dashboard, and one batch handler.</summary>
/// <param name="isWatched">Whether a page shows the stream and its events, and is clicked on.</param>
internal sealed class WebHandlers(bool isWatched) : IClient
{
    public string Name => isWatched ? "watched" : "web";

    public string Title => isWatched ? "batches, page open" : "batches, no page";

    /// <summary>Gets how long each click took.</summary>
    public List<TimeSpan> Clicks { get; } = [];

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => [Expected.Bytes(corpus, events)];

    public async Task<IReading> PrepareAsync(Corpus corpus, long events)
    {
        var goal = Goal.Whole(events);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IHostLifetime, NoSignals>().AddRouting().AddMcpSseClient();
        builder.Services.AddAkka("benchmark", akka => akka.AddHocon(HostReading.Hocon, HoconAddMode.Prepend)
            .WithMcpSse(mcp => mcp.AddHandler(HandlerRegistration.ForActor<HashingBatchHandler>("*", goal.Shares[0]))));
        var app = builder.Build();
        app.MapMcpSseDashboard();
        await app.StartAsync();
        return new Reading(app, goal, isWatched, Clicks);
    }

    private sealed class Reading(WebApplication app, Goal goal, bool isWatched, List<TimeSpan> clicks) : IReading
    {
        private static readonly TimeSpan BetweenClicks = TimeSpan.FromMilliseconds(200);

        public IReadOnlyList<Seen> Seen => goal.Seen;

        public async Task ReadAsync(Uri address, CancellationToken cancellation)
        {
            var stream = new StreamOptions { Name = "s", Enabled = true, ServerUrl = address.ToString(), EnableEventLogging = false };
            await app.Services.GetRequiredService<IMcpSseClient>().AddStreamAsync(stream, cancellation: cancellation);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First() + "/mcp-sse/api/v1/") };
            var page = isWatched ? Task.WhenAll(ShowAsync(http, over.Token), ClickAsync(http, over.Token)) : Task.CompletedTask;
            await goal.Reached.WaitAsync(cancellation);
            await over.CancelAsync();
            await page.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private static async Task ShowAsync(HttpClient http, CancellationToken over)
        {
            await using var live = await http.GetStreamAsync("live?stream=s&events=true", over);
            await live.CopyToAsync(Stream.Null, over);
        }

        private async Task ClickAsync(HttpClient http, CancellationToken over)
        {
            while (true)
            {
                var start = Stopwatch.GetTimestamp();
                await http.GetByteArrayAsync("streams/s", over);
                clicks.Add(Stopwatch.GetElapsedTime(start));
                await Task.Delay(BetweenClicks, over);
            }
        }
    }
}
