using System.Text.Json.Nodes;
using Akka.Event;
using McpSseActors.Connections;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// The common part of the revisions with sessions: <c>initialize</c>, and one request for each subscription.
/// </summary>
internal abstract class SessionTransport(McpContext context) : McpTransport(context)
{
    private const int MostUnusableSessions = 2;

    private static readonly TimeSpan LongestPingInterval = TimeSpan.FromHours(1);

    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private string _level = "";

    /// <summary>Gets the name of the transport, and why it is used.</summary>
    protected abstract (string Name, string Reason) Kind { get; }

    /// <summary>Starts a session.</summary>
    protected async Task InitializeAsync(string version, CancellationToken cancellation)
    {
        State.Session = null;
        var result = await RequestAsync(RequestMethods.Initialize, McpProtocol.Initialize(version), cancellation).ConfigureAwait(false);
        var agreed = McpProtocol.Text(result, "protocolVersion");
        if (!McpProtocol.WithSessions.Contains(agreed))
            throw TransportException.NotSupported($"the server speaks revision '{agreed}' of MCP, which is not supported");

        State.BeginSession(new McpSession(Context.Http.Url, ReadSessionId(), agreed, McpProtocol.Read<ServerCapabilities>(result, "capabilities") ?? new ServerCapabilities()));
        var server = result.TryGetProperty("serverInfo", out var info) ? McpProtocol.Name(info, Context.Redactor) : "";
        State.UseProtocol(Kind.Name, Kind.Reason, agreed, server);
        try
        {
            await NotifyAsync(NotificationMethods.InitializedNotification, cancellation).ConfigureAwait(false);
        }
        catch (Exception)
        {
            State.Session = null;
            throw;
        }
    }

    /// <summary>
    /// Gets the exception for a message that begins the session and is refused. The first time, another session may do
    /// better.
    /// </summary>
    protected TransportException Refuse(string method, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status is not (400 or 404 or 405 or 410 or 501) || Context.Options.RetryableStatus.Contains(status))
            return new TransportException(AnswerHead.Reject(response));
        var reason = $"the session cannot be used: the server answered {method} with {status}";
        if (++State.UnusableSessions < MostUnusableSessions)
            return TransportException.Lost(reason);
        State.UnusableSessions = 0;
        return TransportException.NotSupported($"{reason}, {MostUnusableSessions} times in a row");
    }

    /// <summary>Gets the session ID from the answer to <c>initialize</c>; null for none.</summary>
    protected virtual string? ReadSessionId() => null;

    protected abstract Task NotifyAsync(string method, CancellationToken cancellation);

    protected override async Task ApplyAsync(McpSubscriptions wanted, CancellationToken cancellation)
    {
        var can = State.Session?.Capabilities ?? new ServerCapabilities();
        if (wanted.LogLevel.Length > 0 && wanted.LogLevel != _level && HasLogging(can)
            && await TryAsync(McpProtocol.SetLogLevel, new JsonObject { ["level"] = wanted.LogLevel }, cancellation).ConfigureAwait(false))
            _level = wanted.LogLevel;

        foreach (var uri in _subscribed.Except(wanted.Resources).ToArray())
        {
            await TryAsync(RequestMethods.ResourcesUnsubscribe, McpProtocol.ToJson(new UnsubscribeRequestParams { Uri = uri }), cancellation).ConfigureAwait(false);
            _subscribed.Remove(uri);
        }

        foreach (var uri in can.Resources?.Subscribe is true ? wanted.Resources.Except(_subscribed) : [])
        {
            if (await TryAsync(RequestMethods.ResourcesSubscribe, McpProtocol.ToJson(new SubscribeRequestParams { Uri = uri }), cancellation).ConfigureAwait(false))
                _subscribed.Add(uri);
        }

        State.Grant(new McpSubscriptions
        {
            LogLevel = _level,
            Resources = [.. wanted.Resources.Where(_subscribed.Contains)],
            ToolsChanged = wanted.ToolsChanged && can.Tools?.ListChanged is true,
            PromptsChanged = wanted.PromptsChanged && can.Prompts?.ListChanged is true,
            ResourcesChanged = wanted.ResourcesChanged && can.Resources?.ListChanged is true,
        });
    }

    /// <summary>Pings the server at intervals to check that the session is alive.</summary>
    protected async Task PingAsync(CancellationToken over)
    {
        var interval = Context.Options.Mcp.PingInterval;
        while (interval > TimeSpan.Zero)
        {
            await WaitAsync(Backoff(interval), over).ConfigureAwait(false);
            try
            {
                await RequestAsync(RequestMethods.Ping, null, over).ConfigureAwait(false);
                State.SessionsLostByPing = 0;
            }
            catch (Exception refused) when (IsAnswer(refused))
            {
                // A server that answers with an error is alive.
                State.SessionsLostByPing = 0;
            }
            catch (Exception) when (State.Session is null && !over.IsCancellationRequested)
            {
                State.SessionsLostByPing++;
                throw;
            }
        }
    }

    // A server that refuses every ping would otherwise get a new session after each interval.
    private TimeSpan Backoff(TimeSpan interval)
    {
        var factor = Math.Pow(2, Math.Max(0, State.SessionsLostByPing - 1));
        return interval * Math.Max(1, Math.Min(factor, LongestPingInterval / interval));
    }

    // A credential source may have a fresh token for 401.
    private bool IsAnswer(Exception refused) =>
        IsRefusal && (refused is RpcException or TransportException { Outcome: not AttemptOutcome.Rejected { Status: 401 } });

    private async Task<bool> TryAsync(string method, JsonObject? parameters, CancellationToken cancellation)
    {
        try
        {
            await RequestAsync(method, parameters, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception refused) when (IsRefusal)
        {
            State.Log.Warning("Stream {Stream}: the server does not grant {Method}: {Reason}", State.Stream, method, Explain(refused));
            return false;
        }
    }

    // The SDK marks logging as obsolete; servers of these revisions still offer it.
#pragma warning disable MCP9005
    private static bool HasLogging(ServerCapabilities can) => can.Logging is not null;
#pragma warning restore MCP9005
}
