using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Event;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>What the revisions with sessions have in common: <c>initialize</c>, and one request for each wish.</summary>
internal abstract class SessionTransport(McpContext context) : McpTransport(context)
{
    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private string _level = "";

    /// <summary>The name of the transport, and why it is used.</summary>
    protected abstract (string Name, string Reason) Kind { get; }

    /// <summary>Begins a session.</summary>
    protected async Task InitializeAsync(string version, CancellationToken cancellation)
    {
        State.Session = null;
        var result = await RequestAsync("initialize", McpProtocol.Initialize(version), cancellation).ConfigureAwait(false);
        var agreed = McpProtocol.Text(result, "protocolVersion");
        if (!McpProtocol.WithSessions.Contains(agreed))
            throw TransportException.NotSupported($"the server speaks revision '{agreed}' of MCP, which is not known here");

        State.BeginSession(new McpSession(Context.Http.Url, TakeSessionId(), agreed, Capabilities(result)));
        var server = result.TryGetProperty("serverInfo", out var info) ? McpProtocol.Name(info) : "";
        State.Speak(Kind.Name, Kind.Reason, agreed, server);
        await NotifyAsync("notifications/initialized", cancellation).ConfigureAwait(false);
    }

    /// <summary>The session ID that came with the answer to <c>initialize</c>; null for none.</summary>
    protected virtual string? TakeSessionId() => null;

    protected abstract Task NotifyAsync(string method, CancellationToken cancellation);

    protected override async Task ApplyAsync(McpSubscriptions wanted, CancellationToken cancellation)
    {
        var can = State.Session?.Capabilities ?? default;
        if (wanted.LogLevel.Length > 0 && wanted.LogLevel != _level && can.Logging
            && await TryAsync("logging/setLevel", new JsonObject { ["level"] = wanted.LogLevel }, cancellation).ConfigureAwait(false))
            _level = wanted.LogLevel;

        foreach (var uri in _subscribed.Except(wanted.Resources).ToArray())
        {
            await TryAsync("resources/unsubscribe", new JsonObject { ["uri"] = uri }, cancellation).ConfigureAwait(false);
            _subscribed.Remove(uri);
        }

        foreach (var uri in can.ResourceSubscriptions ? wanted.Resources.Except(_subscribed) : [])
        {
            if (await TryAsync("resources/subscribe", new JsonObject { ["uri"] = uri }, cancellation).ConfigureAwait(false))
                _subscribed.Add(uri);
        }

        State.Grant(new McpSubscriptions
        {
            LogLevel = _level,
            Resources = [.. wanted.Resources.Where(_subscribed.Contains)],
            ToolsChanged = wanted.ToolsChanged && can.ToolsChanged,
            PromptsChanged = wanted.PromptsChanged && can.PromptsChanged,
            ResourcesChanged = wanted.ResourcesChanged && can.ResourcesChanged,
        });
    }

    /// <summary>Asks the server now and then whether it still knows the session.</summary>
    protected async Task PingAsync(CancellationToken over)
    {
        var interval = Context.Options.Mcp.PingInterval;
        while (interval > TimeSpan.Zero)
        {
            await WaitAsync(interval, over).ConfigureAwait(false);
            try
            {
                await RequestAsync("ping", null, over).ConfigureAwait(false);
            }
            catch (RpcException)
            {
                // Whoever refuses is alive.
            }
        }
    }

    private async Task<bool> TryAsync(string method, JsonObject? parameters, CancellationToken cancellation)
    {
        try
        {
            await RequestAsync(method, parameters, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception refused) when (refused is RpcException or RpcTimeoutException)
        {
            State.Log.Warning("Stream {Stream}: the server does not grant {Method}: {Reason}", State.Stream, method, refused.Message);
            return false;
        }
    }

    private static McpCapabilities Capabilities(JsonElement result)
    {
        var can = result.TryGetProperty("capabilities", out var given) ? given : default;
        return new McpCapabilities(
            Logging: Has(can, "logging"),
            ResourceSubscriptions: Has(can, "resources", "subscribe"),
            ToolsChanged: Has(can, "tools", "listChanged"),
            PromptsChanged: Has(can, "prompts", "listChanged"),
            ResourcesChanged: Has(can, "resources", "listChanged"));
    }

    private static bool Has(JsonElement capabilities, string name) =>
        capabilities.ValueKind is JsonValueKind.Object && capabilities.TryGetProperty(name, out _);

    private static bool Has(JsonElement capabilities, string name, string flag) =>
        Has(capabilities, name) && capabilities.GetProperty(name) is { ValueKind: JsonValueKind.Object } part
        && part.TryGetProperty(flag, out var value) && value.ValueKind is JsonValueKind.True;
}
