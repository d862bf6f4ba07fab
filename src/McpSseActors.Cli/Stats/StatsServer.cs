using System.Globalization;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.Cli.Stats;

/// <summary>
/// Shows the streams of this process on the loopback interface, for <c>mcp-sse watch --attach</c> and for <c>curl</c>. The paths and their JSON are
/// those of the sample. All is read-only but for dead letters: see <see cref="LetterDoor"/>.
/// </summary>
internal sealed class StatsServer : IAsyncDisposable
{
    private const int MostEvents = 1000;
    private readonly WebApplication _web;
    private readonly TaskCompletionSource<IMcpSseClient> _shown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StatsServer(int port) => _web = LoopbackWeb.Build(port, AnswerAsync);

    /// <summary>Where it is.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Starts a server; it listens when the task has ended, and answers once it can <see cref="Show"/> streams.</summary>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public static async Task<StatsServer> StartAsync(int port)
    {
        var server = new StatsServer(port);
        try
        {
            server.Url = await server._web.ListenAsync(port, "--stats-port").ConfigureAwait(false);
            return server;
        }
        catch (PortTakenException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Shows these streams.</summary>
    public void Show(IMcpSseClient streams) => _shown.TrySetResult(streams);

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private Task AnswerAsync(HttpContext http) => (http.Request.Method, http.Request.Path.Value) switch
    {
        ("GET", "/") => http.AnswerAsync(StatusCodes.Status200OK, "/stats  /recent?count=20&stream=NAME&type=PATTERN\n"),
        ("GET", "/stats") => AnswerStatsAsync(http),
        ("GET", "/recent") => AnswerRecentAsync(http),
        ("POST", { } path) when path.StartsWith(LetterDoor.Path + "/", StringComparison.Ordinal) => LetterDoor.AnswerAsync(http, StreamsAsync(http)),
        ("GET", _) => http.AnswerAsync(StatusCodes.Status404NotFound, "Use /stats or /recent.\n"),
        _ => http.AnswerAsync(StatusCodes.Status405MethodNotAllowed, "Only GET is supported.\n"),
    };

    private Task<IMcpSseClient> StreamsAsync(HttpContext http) => _shown.Task.WaitAsync(http.RequestAborted);

    private async Task AnswerStatsAsync(HttpContext http)
    {
        var streams = await StreamsAsync(http).ConfigureAwait(false);
        var stats = await streams.GetAllStatsAsync(http.RequestAborted).ConfigureAwait(false);
        await http.Response.WriteAsJsonAsync(stats, StatsJson.Options, http.RequestAborted).ConfigureAwait(false);
    }

    private async Task AnswerRecentAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var count = int.TryParse(query["count"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Min(asked, MostEvents) : 20;
        var type = query["type"].ToString() is { Length: > 0 } pattern ? pattern : EventPattern.All;
        var streams = await StreamsAsync(http).ConfigureAwait(false);
        var names = await streams.GetStreamsAsync(http.RequestAborted).ConfigureAwait(false);
        if (query["stream"].ToString() is { Length: > 0 } stream)
        {
            if (!names.Contains(stream))
            {
                await http.AnswerAsync(StatusCodes.Status404NotFound, $"Stream '{stream}' does not exist; the streams are: {string.Join(", ", names)}.\n").ConfigureAwait(false);
                return;
            }

            names = [stream];
        }

        if (FaultOf(type) is { } fault)
        {
            await http.AnswerAsync(StatusCodes.Status400BadRequest, $"type: {fault}.\n").ConfigureAwait(false);
            return;
        }

        var events = await Task.WhenAll(names.Select(name => streams.GetEventsByTypeAsync(type, count, name, http.RequestAborted))).ConfigureAwait(false);
        var newest = events.SelectMany(each => each).OrderBy(received => received.Timestamp).TakeLast(count).Select(RecentEvent.Of);
        await http.Response.WriteAsJsonAsync(newest, StatsJson.Options, http.RequestAborted).ConfigureAwait(false);
    }

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
