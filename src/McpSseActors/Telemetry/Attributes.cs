namespace McpSseActors.Telemetry;

/// <summary>
/// The attributes of metrics and spans; those without the prefix mcp_sse follow OpenTelemetry's semantic conventions.
/// </summary>
internal static class Attributes
{
    public const string ActorSystem = "akka.system";
    public const string Attempt = "mcp_sse.attempt";
    public const string BatchEvents = "messaging.batch.message_count";
    public const string DropReason = "mcp_sse.drop.reason";
    public const string Epoch = "mcp_sse.epoch";
    public const string ErrorType = "error.type";
    public const string EventId = "mcp_sse.event.id";
    public const string EventType = "mcp_sse.event.type";
    public const string Handler = "mcp_sse.handler";
    public const string HttpMethod = "http.request.method";
    public const string HttpStatus = "http.response.status_code";
    public const string JsonRpcId = "jsonrpc.request.id";
    public const string McpMethod = "mcp.method.name";
    public const string McpVersion = "mcp.protocol.version";
    public const string NetworkProtocol = "network.protocol.name";
    public const string NetworkTransport = "network.transport";
    public const string Outcome = "mcp_sse.outcome";
    public const string Refusal = "mcp_sse.refusal";
    public const string Routing = "mcp_sse.routing";
    public const string RpcStatus = "rpc.response.status_code";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string State = "mcp_sse.state";
    public const string Stream = "mcp_sse.stream";
    public const string Url = "url.full";
}
