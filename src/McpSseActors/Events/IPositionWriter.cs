using System.Data.Common;

namespace McpSseActors.Events;

/// <summary>Saves positions of the events of one chunk in transactions of their handlers.</summary>
internal interface IPositionWriter
{
    /// <summary>The name of the stream.</summary>
    string Stream { get; }

    /// <summary>Saves a position.</summary>
    /// <param name="lastEventId">The last event ID as of the event; null for an event that doesn't move the position: only the owner is checked.</param>
    /// <param name="transaction">The transaction.</param>
    void Save(string? lastEventId, DbTransaction transaction);

    /// <inheritdoc cref="Save"/>
    Task SaveAsync(string? lastEventId, DbTransaction transaction, CancellationToken cancellation);
}
