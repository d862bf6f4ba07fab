using System.Collections.Concurrent;
using System.Text.Json;
using McpSseActors.Connections;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>The transport that a server supports.</summary>
/// <param name="Transport">Its name.</param>
/// <param name="Reason">How it was detected.</param>
/// <param name="Server">The server's name and version; empty if unknown.</param>
internal sealed record McpEra(StreamTransport Transport, string Reason, string Server = "");

/// <summary>The detected transports of servers, by origin and path, for all streams of a host.</summary>
internal sealed class McpEras
{
    private readonly ConcurrentDictionary<string, McpEra> _known = new(StringComparer.Ordinal);

    public McpEra? Find(Uri url) => _known.GetValueOrDefault(Key(url));

    public void Remember(Uri url, McpEra era) => _known[Key(url)] = era;

    public void Forget(Uri url) => _known.TryRemove(Key(url), out _);

    private static string Key(Uri url) => url.GetLeftPart(UriPartial.Path);
}

/// <summary>
/// Detects the transport of a server, trying the newest revision first (2026-07-28, versioning). The result is kept
/// until it no longer works.
/// </summary>
internal sealed class AutoTransport(StreamOptions options, McpState state, McpEras eras) : IEventTransport
{
    private readonly Uri _url = new(options.ServerUrl);
    private readonly Lock _lock = new();
    private McpTransport? _inner;
    private bool _isDisposed;

    public async Task<AttemptOutcome> OpenAsync(OpenRequest request, CancellationToken cancellation)
    {
        if (eras.Find(_url) is { } known)
        {
            var outcome = await OpenAsync(known, request, cancellation).ConfigureAwait(false);
            if (!DoesNotFit(outcome))
                return outcome;
            eras.Forget(_url);
            state.Session = null;
        }

        return await ProbeAsync(request, cancellation).ConfigureAwait(false);
    }

    public ValueTask<Chunk> ReadAsync(int chunkSize, CancellationToken cancellation) => Inner.ReadAsync(chunkSize, cancellation);

    public Task CloseAsync(CancellationToken cancellation) => _inner?.CloseAsync(cancellation) ?? Task.CompletedTask;

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _inner?.Dispose();
        }
    }

    private McpTransport Inner => _inner ?? throw new InvalidOperationException("The transport is not open.");

    private async Task<AttemptOutcome> ProbeAsync(OpenRequest request, CancellationToken cancellation)
    {
        var (modern, answer) = await DiscoverAsync(request, cancellation).ConfigureAwait(false);
        if (modern is not null)
            return await OpenAsync(modern, request, cancellation).ConfigureAwait(false);
        if (answer is not AttemptOutcome.NotSupported noDiscovery)
            return answer!;

        var streamable = await OpenAsync(new McpEra(StreamTransport.StreamableHttp, $"{noDiscovery.Reason}, and it answers initialize"), request, cancellation).ConfigureAwait(false);
        if (streamable is not AttemptOutcome.Rejected { Status: 400 or 404 or 405 or 501 } rejected || options.RetryableStatus.Contains(rejected.Status))
            return streamable;

        var oldest = await OpenAsync(
            new McpEra(StreamTransport.HttpSse, $"{noDiscovery.Reason}, refuses initialize ({rejected.Status}), and names an endpoint"), request, cancellation).ConfigureAwait(false);
        return oldest switch
        {
            AttemptOutcome.Rejected { Status: 400 or 404 or 405 or 501 } get => NoFit($"GET is answered with {get.Status}"),
            AttemptOutcome.NotSupported get => NoFit(get.Reason),
            _ => oldest,
        };

        AttemptOutcome NoFit(string reason) => new AttemptOutcome.NotSupported(
            $"not an MCP server: {noDiscovery.Reason}, initialize is answered with {rejected.Status}, {reason.Replace($"; {McpTransport.PlainRemedy}", "", StringComparison.Ordinal)}; {McpTransport.PlainRemedy}");
    }

    private static bool DoesNotFit(AttemptOutcome outcome) =>
        outcome is AttemptOutcome.NotSupported or AttemptOutcome.Rejected { Status: 400 or 404 or 405 or 410 or 501 };

    private async Task<AttemptOutcome> OpenAsync(McpEra era, OpenRequest request, CancellationToken cancellation)
    {
        var transport = McpTransports.Create(era, new McpContext(options, state, new McpHttp(options, state.Server)));
        lock (_lock)
        {
            _inner?.Dispose();
            _inner = transport;
            if (_isDisposed)
                transport.Dispose();
        }

        var outcome = await transport.OpenAsync(request, cancellation).ConfigureAwait(false);
        if (outcome is AttemptOutcome.Opened)
            eras.Remember(_url, era);
        return outcome;
    }

    // Simple servers answer any method with an empty result: only a list that contains the revision counts.
    private async Task<(McpEra? Modern, AttemptOutcome? Answer)> DiscoverAsync(OpenRequest request, CancellationToken cancellation)
    {
        using var http = new McpHttp(options, state.Server) { Span = request.Span };
        try
        {
            var discover = new McpRequest(state.NextId(), RequestMethods.ServerDiscover, []);
            using var response = await new McpContext(options, state, http).MeasureAsync(
                discover, McpProtocol.Modern, asked => asked.PostAsync(http, McpProtocol.Meta(), cancellation)).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            if (status is 401 or 403 or 408 or 425 or 429)
                return (null, AnswerHead.Reject(response));
            var answer = await RpcAnswer.ReadAsync(response, discover.Id, options, state.Gate.Redactor, cancellation, ReplyAsync).ConfigureAwait(false);
            // Some servers refuse a method that they do not know with 500.
            if (status is >= 500 and not 501 && answer.Error is not { Code: McpErrorCode.MethodNotFound or McpErrorCode.InvalidRequest or McpErrorCode.InvalidParams })
                return (null, AnswerHead.Reject(response));
            if (answer.Result is { } result && McpProtocol.HasModern(result, "supportedVersions"))
                return (new McpEra(StreamTransport.Subscriptions, $"server/discover names {McpProtocol.Modern}", Server(result, state.Gate.Redactor)), null);
            if (answer.Error is { Code: McpErrorCode.HeaderMismatch or McpErrorCode.MissingRequiredClientCapability })
                return (new McpEra(StreamTransport.Subscriptions, "it answers server/discover as that revision does"), null);
            if (answer.Error is { Code: McpErrorCode.UnsupportedProtocolVersion } other && McpProtocol.HasModern(other.Details, "supported"))
                return (new McpEra(StreamTransport.Subscriptions, $"it names {McpProtocol.Modern}"), null);
            return (null, new AttemptOutcome.NotSupported($"the server does not support {McpProtocol.Modern} ({status})"));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return (null, http.Describe(fault));
        }

        async Task ReplyAsync(byte[] reply) => (await http.PostAsync(http.Url, reply, [], cancellation).ConfigureAwait(false)).Dispose();
    }

    /// <summary>Gets the name and version that an answer to <c>server/discover</c> gives; empty if it gives none.</summary>
    internal static string Server(JsonElement result, SecretRedactor redactor) =>
        result.TryGetProperty("_meta", out var meta) && meta.ValueKind is JsonValueKind.Object
        && meta.TryGetProperty(MetaKeys.ServerInfo, out var info) ? McpProtocol.Name(info, redactor) : "";
}
