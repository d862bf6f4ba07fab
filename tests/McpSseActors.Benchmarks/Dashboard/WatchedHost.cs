using System.Diagnostics;
using Akka.Hosting;
using McpSseActors.Benchmarks.Throughput.Clients;
using McpSseActors.Dashboard;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Benchmarks.Dashboard;

/// <summary>A web service with one batch handler and a dashboard, whose page can be opened and closed while a stream flows.</summary>
internal sealed class WatchedHost : IAsyncDisposable
{
    private const string Stream = "s";
    private static readonly TimeSpan BetweenClicks = TimeSpan.FromMilliseconds(200);

    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private readonly PageTime _time;
    private readonly Counter _handled;

    private WatchedHost(WebApplication app, PageTime time, Counter handled)
    {
        (_app, _time, _handled) = (app, time, handled);
        _http = new HttpClient { BaseAddress = new Uri($"{app.Urls.First()}/mcp-sse/api/v1/") };
        Client = app.Services.GetRequiredService<IMcpSseClient>();
    }

    /// <summary>Gets how long each click took, with the way from this process to itself.</summary>
    public List<TimeSpan> Clicks { get; } = [];

    /// <summary>Gets how long the streams took to answer, of the same clicks.</summary>
    public List<TimeSpan> Answers { get; } = [];

    private IMcpSseClient Client { get; }

    public static async Task<WatchedHost> StartAsync()
    {
        var (time, handled) = (new PageTime(), new Counter());
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IHostLifetime, NoSignals>().AddSingleton<TimeProvider>(time).AddRouting().AddMcpSseClient();
        builder.Services.AddAkka("benchmark", akka => akka.AddHocon(HostReading.Hocon, HoconAddMode.Prepend)
            .WithMcpSse(mcp => mcp.AddHandler(HandlerRegistration.ForActor<CountingHandler>("*", handled))));
        var app = builder.Build();
        app.MapMcpSseDashboard();
        await app.StartAsync();
        return new WatchedHost(app, time, handled);
    }

    /// <summary>Reads what this address sends, until the next stream or the end.</summary>
    public async Task ReadAsync(Uri address, CancellationToken cancellation)
    {
        if (!(await Client.GetStreamsAsync(cancellation)).IsEmpty)
            await Client.RemoveStreamAsync(Stream, cancellation);
        var before = _handled.Value;
        await Client.AddStreamAsync(new StreamOptions { Name = Stream, Enabled = true, ServerUrl = address.ToString(), EnableEventLogging = false }, cancellation: cancellation);
        while (_handled.Value == before)
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellation);
    }

    /// <summary>Lets the stream flow.</summary>
    /// <param name="isWatched">Whether a page shows the stream and its events, and is clicked on.</param>
    /// <param name="length">For how long.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The events per second.</returns>
    public async Task<double> MeasureAsync(bool isWatched, TimeSpan length, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (start, before) = (Stopwatch.GetTimestamp(), _handled.Value);
        var page = isWatched ? ShowAsync(over.Token) : Task.CompletedTask;
        await Task.Delay(length, cancellation);
        var rate = (_handled.Value - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        await over.CancelAsync();
        await page.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (isWatched)
            _time.PassAfterwards();
        return rate;
    }

    /// <summary>Forgets the clicks so far.</summary>
    public void ForgetClicks()
    {
        Clicks.Clear();
        Answers.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    // As a browser does; nobody clicks on what is not there yet.
    private async Task ShowAsync(CancellationToken over)
    {
        await _http.GetByteArrayAsync("../../", over);
        await _http.GetByteArrayAsync("me", over);
        await using var live = await _http.GetStreamAsync($"live?stream={Stream}&events=true", over);
        var buffer = new byte[64 * 1024];
        while (buffer.AsSpan(0, await live.ReadAsync(buffer, over)).IndexOf("event: overview"u8) < 0)
        {
        }

        await Task.WhenAll(live.CopyToAsync(System.IO.Stream.Null, over), ClickAsync(over));
    }

    private async Task ClickAsync(CancellationToken over)
    {
        while (true)
        {
            var start = Stopwatch.GetTimestamp();
            await _http.GetByteArrayAsync($"streams/{Stream}", over);
            Clicks.Add(Stopwatch.GetElapsedTime(start));
            start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Client.GetStatsAsync(Stream, over), Client.GetHandlersAsync(Stream, over), Client.GetSettingsAsync(Stream, over));
            Answers.Add(Stopwatch.GetElapsedTime(start));
            await Task.Delay(BetweenClicks, over);
        }
    }

    private sealed class Counter
    {
        private long _value;

        public long Value => Volatile.Read(ref _value);

        public void Add(int more) => Interlocked.Add(ref _value, more);
    }

    private sealed class CountingHandler(Counter handled) : BatchHandler
    {
        protected override void Handle(EventBatchView events) => handled.Add(events.Count);
    }

    // After the last page, a dashboard reads the statistics for another quarter of an hour, which would be in the turns without a page.
    private sealed class PageTime : TimeProvider
    {
        private static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(16);
        private long _passed;

        public override long GetTimestamp() => base.GetTimestamp() + Volatile.Read(ref _passed);

        public void PassAfterwards() => Interlocked.Add(ref _passed, (long)(Afterwards.TotalSeconds * TimestampFrequency));
    }
}
