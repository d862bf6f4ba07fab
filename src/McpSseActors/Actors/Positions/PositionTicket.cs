using System.Data.Common;
using Akka.Actor;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Positions;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Positions;

/// <summary>Lets handlers save the position of a stream as long as it is ours. Used from any thread.</summary>
/// <param name="options">The stream.</param>
/// <param name="token">The token of our ownership.</param>
/// <param name="time">The clock.</param>
/// <param name="onTakenOver">Called when another process has taken over the stream.</param>
internal sealed class PositionTicket(LiveOptions options, long token, ITimeProvider time, Action onTakenOver)
{
    private volatile int _ahead;

    public string Stream => options.Value.Name;

    /// <summary>Sets the events that handlers were sent and have not finished: a new process would get them again.</summary>
    public int Ahead { set => _ahead = value; }

    /// <summary>The positions of the events of a chunk.</summary>
    public ChunkPositions ForChunk() => new(this);

    /// <summary>The command that saves a position; null for one that only keeps the stream.</summary>
    public DbCommand Command(DbTransaction transaction, StreamPosition? position) => position is null
        ? PositionTable.Keep(transaction, Stream, token)
        : PositionTable.Save(
            transaction, new PositionUpdate(Stream, token, new StoredPosition(new PositionText(position) { Token = token, Ahead = _ahead }.Write(), time.Now)));

    /// <summary>Why nothing was saved.</summary>
    /// <param name="found">The token in the table; null if the stream isn't in it.</param>
    public PositionStoreException Refuse(object? found)
    {
        if (found is null or DBNull)
            return new PositionStoreException($"The table of positions has no stream {Stream}: the transaction must be of the database that InTransactionsOf names.");
        onTakenOver();
        return new PositionStoreException($"Position of stream {Stream} not saved: {PositionTakenOver.Reason}. Roll back: its handler gets the event.");
    }
}

/// <summary>Saves positions of the events of one chunk.</summary>
internal sealed class ChunkPositions(PositionTicket ticket) : IPositionWriter
{
    public string Stream => ticket.Stream;

    /// <summary>The position after the chunk, which is in the same session as its events.</summary>
    public StreamPosition End { private get; set; } = StreamPosition.Start;

    public void Save(string? lastEventId, DbTransaction transaction)
    {
        using var command = ticket.Command(transaction, After(lastEventId));
        if (command.ExecuteNonQuery() > 0)
            return;
        using var find = PositionTable.FindToken(transaction, Stream);
        throw ticket.Refuse(find.ExecuteScalar());
    }

    public async Task SaveAsync(string? lastEventId, DbTransaction transaction, CancellationToken cancellation)
    {
        await using var command = ticket.Command(transaction, After(lastEventId));
        if (await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false) > 0)
            return;
        await using var find = PositionTable.FindToken(transaction, Stream);
        throw ticket.Refuse(await find.ExecuteScalarAsync(cancellation).ConfigureAwait(false));
    }

    private StreamPosition? After(string? lastEventId) => lastEventId is null ? null : End with { LastEventId = lastEventId };
}
