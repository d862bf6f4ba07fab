using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using McpSseActors.TestServer.Demo;
using McpSseActors.TestServer.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.TestServer.Events;

/// <summary>
/// An MCP server of revision 2026-07-28 on the loopback interface that has events: it lists their types, streams them, answers polls, replays
/// them by cursor from a bounded ring, and misbehaves when told to. Disposing it ends everything it started.
/// </summary>
public sealed class EventsServer : IAsyncDisposable
{
    private static readonly Control ListChanged = new("notifications/events/list_changed", "");

    private readonly EventsServerOptions _options;
    private readonly Action<ServerActivity>? _watch;
    private readonly EventHistory _history;
    private readonly Gate _gate;
    private readonly WebhookSubscriptions _webhooks;
    private readonly WebApplication _web;
    private readonly CancellationTokenSource _disposed = new();
    private readonly ConcurrentDictionary<int, OpenStream> _open = [];
    private readonly ConcurrentDictionary<string, bool> _subscribed = [];
    private readonly ConcurrentDictionary<int, Channel<Control>> _listeners = [];
    private ImmutableArray<ServedEventType> _types;
    private Task _producing = Task.CompletedTask;

    private EventsServer(EventsServerOptions options, Action<ServerActivity>? watch)
    {
        _options = options;
        _watch = watch;
        _types = options.Types;
        _history = new EventHistory(new EventLog(options.ReplayBuffer, $"{options.Epoch}-", options.Time), options.Epoch, options.Time);
        _gate = new Gate(options.AuthKey, Tell);
        _webhooks = new WebhookSubscriptions(options, _history, IsSketch ? -32015 : -32027, Tell);
        _web = LoopbackWeb.Build(options.Port, AnswerAsync);
    }

    /// <summary>Where it is.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>How many events there are so far.</summary>
    public long Produced => _history.Log.Newest;

    /// <summary>How many streams were opened.</summary>
    public int Connections => _gate.Accepted;

    /// <summary>How many types were subscribed to.</summary>
    public int Subscriptions => _subscribed.Count;

    /// <summary>How many webhooks are subscribed.</summary>
    public int Webhooks => _webhooks.Count;

    private bool IsSketch => _options.Declaration is EventsDeclaration.TopLevel;

    /// <summary>Starts a server; it listens when the task has ended.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="watch">Told of everything that the server does; called from several threads.</param>
    public static async Task<EventsServer> StartAsync(EventsServerOptions options, Action<ServerActivity>? watch = null)
    {
        var server = new EventsServer(options, watch);
        try
        {
            server.Url = new Uri(await server._web.ListenAsync(options.Port).ConfigureAwait(false), "/mcp");
        }
        catch (PortTakenException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        if (options.Rate > 0)
        {
            var producer = new EventProducer(server._history.Log, options.Rate, events: null, new IncidentEvents(options.Seed).Next, options.Time);
            server._producing = producer.RunAsync(server._disposed.Token);
        }

        return server;
    }

    /// <summary>Sends an event to all subscriptions that want it. Gives its ID.</summary>
    /// <param name="type">The type.</param>
    /// <param name="json">The data, a JSON object on one line.</param>
    public string Publish(string type, string json) => _history.Log.Append(type, json).Id;

    /// <summary>Tells the streams of a type of a passing error.</summary>
    public void Warn(string type, int code, string message) => Send(type, new Control("notifications/events/error", ErrorMember(code, message, null)));

    /// <summary>Ends the subscriptions of a type.</summary>
    public void Terminate(string type, int code, string message, string? data = null)
    {
        var members = ErrorMember(code, message, data);
        Send(type, new Control("notifications/events/terminated", members, StreamEnd.Result));
        _webhooks.Terminate(type, members);
    }

    /// <summary>Ends all streams in good order.</summary>
    public void EndStreams() => Send(null, new Control("", "", StreamEnd.Result));

    /// <summary>Cuts the connections of all streams.</summary>
    public void CutStreams() => Send(null, new Control("", "", StreamEnd.Cut));

    /// <summary>Offers other types, tells of it, and ends the subscriptions to those that it no longer has.</summary>
    public void SetTypes(params ImmutableArray<ServedEventType> types)
    {
        var gone = _types.Where(type => types.All(other => other.Name != type.Name)).ToList();
        _types = types;
        foreach (var type in gone)
            Terminate(type.Name, IsSketch ? -32011 : -32023, "NotFound", """{"kind":"event"}""");
        foreach (var listener in _listeners.Values)
            listener.Writer.TryWrite(ListChanged);
    }

    /// <summary>Answers the next requests with 503.</summary>
    public void Refuse(int requests) => _gate.Refuse(requests);

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _producing.ConfigureAwait(false);
        await _webhooks.DisposeAsync().ConfigureAwait(false);
        await _web.DisposeAsync().ConfigureAwait(false);
        _disposed.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path != "/mcp")
        {
            var status = http.Request.Path == "/" ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
            await http.AnswerAsync(status, $"The MCP server is at http://{http.Request.Host}/mcp\n").ConfigureAwait(false);
        }
        else if (!HttpMethods.IsPost(http.Request.Method))
        {
            await http.AnswerAsync(StatusCodes.Status405MethodNotAllowed, "MCP 2026-07-28 uses POST only.\n").ConfigureAwait(false);
        }
        else if (await _gate.LetInAsync(http).ConfigureAwait(false) && await RpcExchange.ReadAsync(http).ConfigureAwait(false) is { } exchange)
        {
            await AnswerAsync(http, exchange).ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(HttpContext http, RpcExchange exchange)
    {
        _options.OnRequest(exchange.Method, exchange.Params);
        // A client that hangs on must not hold up the end of the server.
        using var closing = _disposed.Token.Register(http.Abort);
        try
        {
            await (exchange.Method switch
            {
                "server/discover" => exchange.ResultAsync(
                    $"\"supportedVersions\":[\"{RpcExchange.Version}\"],\"capabilities\":{Capabilities()},\"ttlMs\":0,\"cacheScope\":\"private\","
                    + "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"mcp-sse-serve\",\"version\":\"1\"}}"),
                "events/list" => ListAsync(exchange),
                "events/stream" => StreamAsync(exchange),
                "events/poll" => PollAsync(exchange),
                "events/subscribe" => SubscribeAsync(exchange),
                "events/unsubscribe" => _webhooks.UnsubscribeAsync(exchange),
                "subscriptions/listen" => ListenAsync(exchange),
                _ => exchange.ErrorAsync(-32601, "Method not found", status: StatusCodes.Status404NotFound),
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
    }

    private string Capabilities()
    {
        var settings = _options.ListChanged ? """{"listChanged":true}""" : "{}";
        var extension = _options.Declaration.HasFlag(EventsDeclaration.Extension) ? $$"""{"io.modelcontextprotocol/events":{{settings}}}""" : "{}";
        var topLevel = _options.Declaration.HasFlag(EventsDeclaration.TopLevel) ? $",\"events\":{settings}" : "";
        return $"{{\"extensions\":{extension}{topLevel}}}";
    }

    private Task ListAsync(RpcExchange exchange)
    {
        var types = _types;
        var start = 0;
        if (exchange.Params.Text("cursor") is { } page && (!int.TryParse(page, CultureInfo.InvariantCulture, out start) || start < 0 || start > types.Length))
            return exchange.ErrorAsync(-32602, "unknown cursor");
        var end = Math.Min(start + _options.PageSize, types.Length);
        var next = end < types.Length ? string.Create(CultureInfo.InvariantCulture, $",\"nextCursor\":\"{end}\"") : "";
        return exchange.ResultAsync($"\"events\":[{string.Join(',', types[start..end].Select(type => type.ToJson()))}]{next}");
    }

    private async Task StreamAsync(RpcExchange exchange)
    {
        if (await AskedForAsync(exchange, "push").ConfigureAwait(false) is not var (type, arguments))
            return;
        var connection = _gate.Enter();
        var cursor = exchange.Params.Text("cursor");
        var (position, isTruncated) = _history.Resolve(type, cursor, exchange.Params.Number("maxAgeMs"));
        var stream = new OpenStream(exchange, type, arguments, _history, _options, _options.Drops.Of(connection));
        _open[connection] = stream;
        Tell(Accepted($"stream {connection} of {type.Name}", connection, cursor, position, isTruncated));
        try
        {
            var end = await stream.RunAsync(position, isTruncated).ConfigureAwait(false);
            Tell(end is StreamEnd.Cut
                ? new(ServerActivityKind.Aborted, connection, $"stream {connection} cut")
                : new(ServerActivityKind.Ended, connection, $"stream {connection} ended"));
        }
        catch (OperationCanceledException) when (exchange.Left.IsCancellationRequested)
        {
            Tell(new(ServerActivityKind.Left, connection, $"stream {connection} closed by the client"));
        }
        finally
        {
            _open.TryRemove(connection, out _);
        }
    }

    private async Task PollAsync(RpcExchange exchange)
    {
        if (await AskedForAsync(exchange, "poll").ConfigureAwait(false) is not var (type, arguments))
            return;
        var cursor = exchange.Params.Text("cursor");
        var (position, isTruncated) = _history.Resolve(type, cursor, exchange.Params.Number("maxAgeMs"));
        if (cursor is null || isTruncated)
            Tell(Accepted($"polls of {type.Name}", null, cursor, position, isTruncated));
        var most = Math.Min(exchange.Params.Number("maxEvents") ?? long.MaxValue, _options.MostPerPoll);
        var events = new List<string>();
        while (events.Count < most && _history.Log.After(position).Next is { } next)
        {
            position = next.Number;
            if (next.Type == type.Name && ServedEventType.IsWanted(arguments, next.Json))
                events.Add($"{{{OpenStream.EventMembers(next, cursor: null)}}}");
        }

        var flags = string.Create(
            CultureInfo.InvariantCulture,
            $"\"truncated\":{Word(isTruncated)},\"hasMore\":{Word(_history.Log.Newest > position)},\"nextPollMs\":{_options.PollInterval.TotalMilliseconds:0}");
        await exchange.ResultAsync($"\"events\":[{string.Join(',', events)}],\"cursor\":{_history.CursorAt(position, type)},{flags}").ConfigureAwait(false);
    }

    private async Task SubscribeAsync(RpcExchange exchange)
    {
        if (await AskedForAsync(exchange, "webhook").ConfigureAwait(false) is var (type, arguments))
            await _webhooks.SubscribeAsync(exchange, type, arguments).ConfigureAwait(false);
    }

    // The type and arguments of a request; one for something else is answered with what is wrong.
    private async Task<(ServedEventType Type, JsonElement Arguments)?> AskedForAsync(RpcExchange exchange, string mode)
    {
        var name = exchange.Params.Text("name");
        var arguments = exchange.Params.Member("arguments") ?? JsonElement.Parse("{}");
        if (_types.FirstOrDefault(type => type.Name == name) is not { } type)
            await exchange.ErrorAsync(IsSketch ? -32011 : -32023, $"unknown event {name}", """{"kind":"event"}""").ConfigureAwait(false);
        else if (!type.Delivery.Contains(mode))
            await exchange.ErrorAsync(IsSketch ? -32014 : -32026, $"{name} cannot be had by {mode}", $$"""{"feature":"delivery","value":"{{mode}}"}""").ConfigureAwait(false);
        else if (type.FaultOf(arguments) is { } fault)
            await exchange.ErrorAsync(-32602, fault).ConfigureAwait(false);
        else
        {
            _subscribed[type.Name] = true;
            return (type, arguments);
        }

        return null;
    }

    private async Task ListenAsync(RpcExchange exchange)
    {
        var tells = _options.ListChanged && exchange.Params.Member("notifications") is { } wanted && wanted.Member("eventsListChanged") is { ValueKind: JsonValueKind.True };
        var queue = Channel.CreateUnbounded<Control>();
        var number = Random.Shared.Next();
        if (tells)
            _listeners[number] = queue;
        try
        {
            await exchange.OpenAsync().ConfigureAwait(false);
            await exchange.NotifyAsync("notifications/subscriptions/acknowledged", $"\"notifications\":{(tells ? """{"eventsListChanged":true}""" : "{}")}").ConfigureAwait(false);
            await foreach (var control in queue.Reader.ReadAllAsync(exchange.Left).ConfigureAwait(false))
                await exchange.NotifyAsync(control.Method, control.Members).ConfigureAwait(false);
        }
        finally
        {
            _listeners.TryRemove(number, out _);
        }
    }

    private void Send(string? type, Control control)
    {
        foreach (var stream in _open.Values.Where(stream => type is null || stream.Type.Name == type))
            stream.Send(control);
        _history.Log.Wake();
    }

    private ServerActivity Accepted(string what, int? connection, string? cursor, long position, bool isTruncated) => cursor is null
        ? new(ServerActivityKind.Accepted, connection, $"{what} begin{(connection is null ? "" : "s")}")
        : new(
            ServerActivityKind.Resumed,
            connection,
            string.Create(CultureInfo.InvariantCulture, $"{what}: resumed after {cursor}{(isTruncated ? ", which is not kept" : "")}; {Produced - position} to look through"),
            cursor);

    private static string ErrorMember(int code, string message, string? data) =>
        string.Create(CultureInfo.InvariantCulture, $"\"error\":{{\"code\":{code},\"message\":{Json.Of(message)}{(data is null ? "" : $",\"data\":{data}")}}}");

    private static string Word(bool value) => value ? "true" : "false";

    private void Tell(ServerActivity activity)
    {
        if (!_disposed.IsCancellationRequested)
            _watch?.Invoke(activity);
    }
}
