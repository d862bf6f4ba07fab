using System.Data.Common;
using McpSseActors.Events;

namespace McpSseActors;

/// <summary>
/// The position of an event in its stream, to be saved by a handler in the transaction that stores what the handler makes of the event. If the
/// transaction is committed, the event does not come again; if not, it does.
/// </summary>
public sealed class EventPosition
{
    private readonly IPositionWriter _writer;
    private readonly string? _lastEventId;

    private EventPosition(IPositionWriter writer, string? lastEventId) => (_writer, _lastEventId) = (writer, lastEventId);

    /// <summary>Gets the name of the stream.</summary>
    public string Stream => _writer.Stream;

    /// <summary>Saves the position: everything up to the event is handled when the transaction is committed.</summary>
    /// <param name="transaction">A transaction in the database that <c>InTransactionsOf</c> names.</param>
    /// <exception cref="PositionStoreException">
    /// The stream is not ours any more, or the transaction is of another database: roll back. A stream that another process has taken over stops.
    /// </exception>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    /// <exception cref="DbException">The database failed.</exception>
    public void SaveIn(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        _writer.Save(_lastEventId, transaction);
    }

    /// <summary>Saves the position, as <see cref="SaveIn"/> does.</summary>
    /// <param name="transaction">A transaction in the database that <c>InTransactionsOf</c> names.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The task; it fails as <see cref="SaveIn"/> throws.</returns>
    public Task SaveInAsync(DbTransaction transaction, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return _writer.SaveAsync(_lastEventId, transaction, cancellation);
    }

    /// <summary>Returns stream and last event ID, without the session.</summary>
    public override string ToString() => _lastEventId is null ? $"position in stream {Stream}" : $"position in stream {Stream} after event {_lastEventId}";

    /// <summary>The position of an event.</summary>
    /// <param name="origin">Its origin.</param>
    /// <param name="lastEventId">The last event ID as of the event; null for an event that doesn't move the position.</param>
    internal static EventPosition Of(EventOrigin origin, string? lastEventId) => origin.Positions is { } writer
        ? new EventPosition(writer, lastEventId)
        : throw new InvalidOperationException(
            "The event has no position that a handler can save. "
            + "The host needs WithDurableDelivery(delivery => delivery.InTransactionsOf(database)), and the handler must be in its process.");
}
