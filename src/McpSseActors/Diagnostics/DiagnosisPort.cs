using System.Globalization;
using System.Net;
using System.Text;
using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Mcp;
using McpSseActors.Sse;

namespace McpSseActors.Diagnostics;

/// <summary>
/// The one internal face of the library to its tool: what <c>mcp-sse test</c> and <c>mcp-sse record</c> see of a connection beyond the public API.
/// Opens a stream with the client's own transports, without its actors. Used by one caller at a time.
/// </summary>
/// <param name="options">The stream to open.</param>
/// <param name="onStatus">Called with what an MCP server says of itself.</param>
internal sealed class DiagnosisPort(StreamOptions options, Action<McpStatus> onStatus) : IDisposable
{
    private const int ChunkSize = 32 * 1024;

    private static readonly string[] SecretHeaders = ["Authorization", "Mcp-Session-Id", "Cookie", "Set-Cookie"];

    private readonly Uri _url = new(options.ServerUrl);
    private readonly SecretGate _gate = new(options);
    private readonly McpEras _eras = new();
    private McpState? _mcp;
    private IEventTransport? _transport;
    private StreamCursor _cursor = new();
    private Task<Chunk>? _reading;

    /// <summary>How an attempt to open a stream ended.</summary>
    internal enum Outcome
    {
        /// <summary>The stream is open.</summary>
        Opened,

        /// <summary>The connection failed or broke.</summary>
        Lost,

        /// <summary>The server answered with a status other than 200.</summary>
        Rejected,

        /// <summary>The answer cannot be an event stream.</summary>
        NotSupported,
    }

    /// <summary>Receives what <see cref="Decode"/> finds.</summary>
    internal interface IListener
    {
        /// <summary>Called first, when bytes have come.</summary>
        void OnBytes();

        /// <summary>Receives an event.</summary>
        /// <param name="type">Its type.</param>
        /// <param name="id">Its ID, or the cursor after it; null if it has none.</param>
        void OnEvent(string type, string? id);

        /// <summary>Receives a comment line.</summary>
        void OnComment();

        /// <summary>Receives an event that is longer than <c>max_event_size</c>.</summary>
        void OnOversized();
    }

    /// <summary>Gets the reconnection time that the server sent last on the open stream; null if it sent none.</summary>
    public TimeSpan? Retry => _cursor.Position.ReconnectionTime;

    private McpState State => _mcp ??= new McpState(options.Name, options.Mcp, NoLogger.Instance, onStatus, _gate);

    /// <summary>Hides what is secret in words of the server: also the session, which the options don't name.</summary>
    public string Redact(string text) => _gate.Redact(text);

    /// <summary>Passes the body of every event stream through a stream of the caller, which must return each byte that it reads.</summary>
    public static StreamOptions Record(StreamOptions options, Func<HttpResponseMessage, Stream, Stream> tee) => options with { Tee = tee };

    /// <summary>Finds the proxy that leads to a stream's server; null if there is none.</summary>
    public static Uri? ProxyOf(StreamOptions options) => new ProxyRoute(options).For(new Uri(options.ServerUrl));

    /// <summary>Tells whether an answer is an event stream, regardless of its status.</summary>
    public static bool IsEventStream(HttpResponseMessage response) => AnswerHead.IsEventStream(response);

    /// <summary>Connects to the first of several addresses that answers, in the order and at the pace of the client.</summary>
    /// <param name="addresses">The addresses of the server.</param>
    /// <param name="port">Its port.</param>
    /// <param name="onOutcome">Called with each address that was tried, and how it fared.</param>
    /// <param name="cancellation">Cancels the attempt.</param>
    public static Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, Action<IPAddress, string> onOutcome, CancellationToken cancellation) =>
        new HappyEyeballs(onOutcome).ConnectAsync(addresses, port, cancellation);

    /// <summary>Gets what hides the secrets of a stream in an answer: those of its options, its token, its session and its cookies.</summary>
    public static SecretRedactor RedactorOf(StreamOptions options, HttpResponseMessage answer)
    {
        var sent = answer.RequestMessage?.Headers;
        return new SecretRedactor(options, SecretHeaders.SelectMany(name =>
            (sent?.NonValidated.TryGetValues(name, out var request) is true ? request : default)
                .Concat(answer.Headers.NonValidated.TryGetValues(name, out var response) ? response : default)));
    }

    /// <summary>Opens the stream and closes the one that was open.</summary>
    /// <param name="spoken">The stream as it is to be opened now.</param>
    /// <param name="lastEventId">The ID to resume after; empty for none.</param>
    /// <param name="tap">Put between the transport and the network before the first request.</param>
    /// <param name="cancellation">Cancels the attempt.</param>
    public async Task<OpenResult> OpenAsync(
        StreamOptions spoken,
        string lastEventId,
        Func<SocketsHttpHandler, Action<Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>>, HttpMessageHandler> tap,
        CancellationToken cancellation)
    {
        Dispose();
        _cursor = new StreamCursor();
        _transport = McpTransports.Create(spoken with { Tap = tap }, State, _eras);
        return ResultOf(await _transport.OpenAsync(new OpenRequest(_url, new StreamPosition(lastEventId)), cancellation).ConfigureAwait(false));
    }

    /// <summary>Waits for bytes. The same task is returned until <see cref="Decode"/> has taken them, so a caller may give up and come back.</summary>
    public Task ReadAsync() => _reading ??= _transport!.ReadAsync(ChunkSize, CancellationToken.None).AsTask();

    /// <summary>Decodes what the completed <see cref="ReadAsync"/> brought.</summary>
    /// <returns>Why the stream ended; null if it did not.</returns>
    public string? Decode(IListener listener)
    {
        var read = _reading!;
        _reading = null;
        if (read.Exception?.InnerException is { } fault)
            return ResultOf(NetworkFault.Describe(fault, _url)).Reason;
        var chunk = read.Result;
        if (chunk.IsEnd)
            return ResultOf(new AttemptOutcome.Ended()).Reason;
        listener.OnBytes();
        var sink = new Sink(listener);
        chunk.Read(_cursor, ref sink);
        chunk.Return();
        return null;
    }

    /// <summary>Ends the session with a server that has sessions.</summary>
    public Task CloseAsync(CancellationToken cancellation) => _transport!.CloseAsync(cancellation);

    public void Dispose()
    {
        _transport?.Dispose();
        // The pending read fails now, unobserved.
        _reading?.ContinueWith(static late => late.Exception, TaskScheduler.Default);
        _reading = null;
    }

    private OpenResult ResultOf(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Opened => new OpenResult(Outcome.Opened, ""),
        AttemptOutcome.Lost lost => new OpenResult(Outcome.Lost, lost.Reason),
        AttemptOutcome.NotSupported wrong => new OpenResult(Outcome.NotSupported, wrong.Reason),
        AttemptOutcome.Rejected rejected => new OpenResult(Outcome.Rejected, ReasonOf(rejected), rejected.Status),
        _ => new OpenResult(Outcome.Lost, "the server ended the stream"),
    };

    private string ReasonOf(AttemptOutcome.Rejected rejected)
    {
        var next = RetryPolicy.Decide(rejected, options with { EnableReconnect = true, MaxReconnectAttempts = -1, Credentials = null }, default, random: 0);
        if (next is not NextStep.ConnectLater || rejected.RetryAfter is not { } asked)
            return next.Reason;
        return asked.Delay is { TotalSeconds: var seconds }
            ? string.Create(CultureInfo.InvariantCulture, $"{next.Reason}, and asks to wait {Math.Min(seconds, StreamOptions.LongestRetryAfter.TotalSeconds):0.###} s")
            : $"{next.Reason}, with a Retry-After that makes no sense";
    }

    /// <summary>What came of an attempt to open a stream.</summary>
    /// <param name="Outcome">How it ended.</param>
    /// <param name="Reason">Why the stream is not open, in the client's words; empty if it is.</param>
    /// <param name="Status">The HTTP status that rejected it; else 0.</param>
    internal sealed record OpenResult(Outcome Outcome, string Reason, int Status = 0);

    private readonly struct Sink(IListener listener) : ISseSink
    {
        public void OnEvent(in SseEvent received) => listener.OnEvent(
            received.Type.IsEmpty ? "message" : Encoding.UTF8.GetString(received.Type), received.HasId ? Encoding.UTF8.GetString(received.Id) : null);

        // A subscription goes on after its cursor.
        public void OnOccurrence(in SseEvent received, ReadOnlySpan<byte> id, ReadOnlySpan<byte> time, ReadOnlySpan<byte> trace) => listener.OnEvent(
            Encoding.UTF8.GetString(received.Type), received.LastEventId.IsEmpty ? null : Encoding.UTF8.GetString(received.LastEventId));

        public void OnComment(ReadOnlySpan<byte> comment) => listener.OnComment();

        public void OnOversized() => listener.OnOversized();
    }
}
