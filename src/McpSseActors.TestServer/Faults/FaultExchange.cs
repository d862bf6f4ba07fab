using System.Globalization;
using System.Text;
using McpSseActors.TestServer.Scripted;

namespace McpSseActors.TestServer.Faults;

/// <summary>A connection of the fault server: the client's position in the events, and ways to answer and to break the connection.</summary>
/// <param name="exchange">The connection.</param>
/// <param name="events">All events.</param>
/// <param name="random">Decides how a fault strikes.</param>
public sealed class FaultExchange(Exchange exchange, EndlessEvents events, SeededRandom random)
{
    private bool _isChunked;

    public SeededRandom Random => random;

    public CancellationToken Stopped => exchange.Stopped;

    /// <summary>Gets the path of the request; empty if there was none.</summary>
    public string Path { get; } = exchange.Request.Line.Split(' ').ElementAtOrDefault(1) ?? "";

    /// <summary>Gets or sets the number of the last event that the client has.</summary>
    public long Position { get; set; } = long.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture);

    /// <summary>Sends the head of an event stream that is either chunked or ends with the connection.</summary>
    public Task OpenAsync(bool chunked)
    {
        _isChunked = chunked;
        return chunked ? exchange.OpenChunkedAsync() : exchange.OpenAsync();
    }

    public Task AnswerAsync(string status, string headers = "") => exchange.AnswerAsync(status, headers);

    /// <summary>Sends the next events, up to that number.</summary>
    public async Task SendEventsAsync(long upTo)
    {
        var text = new StringBuilder();
        for (var number = Position + 1; number <= upTo; number++)
            text.Append(events.WireOf(number));
        await SendAsync(text.ToString()).ConfigureAwait(false);
        Position = upTo;
    }

    /// <summary>Gets the bytes of the next event. Sending them does not move the position.</summary>
    public byte[] NextEvent() => Encoding.UTF8.GetBytes(events.WireOf(Position + 1));

    /// <summary>Sends a part of the event stream.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _isChunked ? exchange.WriteChunkAsync(bytes.Span) : exchange.WriteAsync(bytes);

    /// <summary>Sends bytes as they are.</summary>
    public Task WriteAsync(string text) => exchange.WriteAsync(text);

    public Task WriteAsync(ReadOnlyMemory<byte> bytes) => exchange.WriteAsync(bytes);

    /// <summary>Ends the stream as a well-behaved server does.</summary>
    public Task EndAsync() => _isChunked ? exchange.WriteChunkAsync([]) : Task.CompletedTask;

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset() => exchange.Reset();

    /// <summary>Stays silent until the client leaves.</summary>
    public Task UntilClientLeavesAsync() => exchange.StayAsync();
}
