using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Akka.Hosting;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Demo;
using McpSseActors.TestServer.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Testing;

/// <summary>
/// A server on a free port of the loopback interface that sends what a test tells it to: at <see cref="Url"/> as a plain event stream, and at
/// <see cref="McpUrl"/> as the notifications of an MCP server (Streamable HTTP, 2025-11-25). A client gets every event from the first one on,
/// however late it connects, and resumes after its last event ID. Dispose it to close its connections.
/// </summary>
public sealed class McpSseTestServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly EventLog _log = new(capacity: int.MaxValue, idPrefix: "");
    private readonly ConcurrentQueue<McpSseTestRequest> _requests = new();
    private readonly WebApplication _web;
    private CancellationTokenSource _connections = new();

    private McpSseTestServer() => _web = LoopbackWeb.Build(port: 0, AnswerAsync);

    /// <summary>Gets the URL of the events as a plain event stream.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Gets the URL of the same events as notifications of an MCP server.</summary>
    public Uri McpUrl { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Gets the requests of clients so far, in their order.</summary>
    public IReadOnlyList<McpSseTestRequest> Requests => [.. _requests];

    /// <summary>Starts a server.</summary>
    /// <returns>The server; it listens.</returns>
    public static async Task<McpSseTestServer> StartAsync()
    {
        var server = new McpSseTestServer();
        var root = await server._web.ListenAsync(port: 0).ConfigureAwait(false);
        (server.Url, server.McpUrl) = (new Uri(root, "/events"), new Uri(root, "/mcp"));
        return server;
    }

    /// <summary>Sends an event to the clients of now and later.</summary>
    /// <param name="eventType">The type; for MCP the method, such as <c>notifications/resources/updated</c>.</param>
    /// <param name="data">The data; for MCP the parameters, a JSON object.</param>
    /// <returns>The event's ID: 1, 2, and so on.</returns>
    public string Send(string eventType, string data)
    {
        ArgumentNullException.ThrowIfNull(eventType);
        ArgumentNullException.ThrowIfNull(data);
        return _log.Append(eventType, data).Id;
    }

    /// <summary>Sends an event whose data is an object as JSON, with names in camelCase.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <param name="eventType">The type; for MCP the method, such as <c>notifications/resources/updated</c>.</param>
    /// <param name="data">The object.</param>
    /// <returns>The event's ID: 1, 2, and so on.</returns>
    public string SendJson<T>(string eventType, T data) => Send(eventType, JsonSerializer.Serialize(data, JsonSerializerOptions.Web));

    /// <summary>Breaks all connections, as a network would. The clients connect again and resume.</summary>
    public void Drop()
    {
        using var broken = Interlocked.Exchange(ref _connections, new CancellationTokenSource());
        broken.Cancel();
    }

    /// <summary>Waits until the handlers of a host have finished every event that was sent so far, successfully or not.</summary>
    /// <param name="services">The host's services; <c>Services</c> of a <c>WebApplicationFactory</c>.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="TimeoutException">It took more than 30 seconds; tells the state of the streams.</exception>
    /// <exception cref="InvalidOperationException">A stream of this server has failed or was stopped; tells why.</exception>
    public async Task HandledAsync(IServiceProvider services, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(services);
        var newest = _log.Newest.ToString(CultureInfo.InvariantCulture);
        var streams = await services.GetRequiredService<IRequiredActor<McpSse>>().GetAsync(cancellation).ConfigureAwait(false);
        using var timer = new PeriodicTimer(Pause);
        var started = TimeProvider.System.GetTimestamp();
        do
        {
            var all = await streams.Ask<AllStats>(new GetAllStats(), Patience, cancellation).ConfigureAwait(false);
            StreamStats[] mine = [.. all.Streams.Where(stream => stream.ServerUrl == Url.ToString() || stream.ServerUrl == McpUrl.ToString())];
            if (mine.Length > 0 && mine.All(stream => stream.InFlight == 0 && (stream.LastEventId ?? "0") == newest))
                return;
            if (mine.FirstOrDefault(stream => stream.State is ConnectionState.Failed or ConnectionState.Stopped) is { } ended)
                throw new InvalidOperationException($"Stream {ended.Stream} is {ended.State}: {ended.StateReason}");
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"Event {newest} is not handled: {(mine.Length == 0 ? "no stream reads from this server" : string.Join("; ", mine.Select(Describe)))}");
        }
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
    }

    /// <summary>Breaks all connections and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        Drop();
        await _web.DisposeAsync().ConfigureAwait(false);
        _connections.Dispose();
    }

    private static string Describe(StreamStats stream) => string.Create(
        CultureInfo.InvariantCulture,
        $"stream {stream.Stream} is {stream.State} ({stream.StateReason}), its last event ID is {stream.LastEventId ?? "none"}, and {stream.InFlight} event(s) are not finished");

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted).ConfigureAwait(false);
        _requests.Enqueue(new McpSseTestRequest(
            http.Request.Method, http.Request.Path,
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));
        await (http.Request.Path.Value switch
        {
            "/mcp" => new McpAnswers(http, body).AnswerAsync(() => StreamAsync(http, McpAnswers.Notification)),
            "/events" when HttpMethods.IsGet(http.Request.Method) => StreamAsync(http, PlainEvent),
            _ => http.AnswerAsync(StatusCodes.Status404NotFound, "The events are at /events and /mcp.\n"),
        }).ConfigureAwait(false);
    }

    private async Task StreamAsync(HttpContext http, Func<DemoEvent, string> write)
    {
        var broken = Volatile.Read(ref _connections).Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, broken);
        var position = _log.PositionOf(http.Request.Headers["Last-Event-ID"].ToString()) ?? 0;
        http.Response.ContentType = "text/event-stream";
        try
        {
            await http.Response.Body.FlushAsync(either.Token).ConfigureAwait(false);
            while (true)
            {
                var (next, changed) = _log.After(position);
                if (next is null)
                {
                    await changed.WaitAsync(either.Token).ConfigureAwait(false);
                    continue;
                }

                await http.Response.WriteAsync(write(next), either.Token).ConfigureAwait(false);
                await http.Response.Body.FlushAsync(either.Token).ConfigureAwait(false);
                position = next.Number;
            }
        }
        catch (OperationCanceledException)
        {
            http.Abort();
        }
    }

    private static string PlainEvent(DemoEvent sent)
    {
        var text = new StringBuilder($"id: {sent.Id}\nevent: {sent.Type}\n");
        foreach (var line in sent.Json.ReplaceLineEndings("\n").Split('\n'))
            text.Append("data: ").Append(line).Append('\n');
        return text.Append('\n').ToString();
    }
}
