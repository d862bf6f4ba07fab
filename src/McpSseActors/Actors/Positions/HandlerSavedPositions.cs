using System.Data.Common;
using McpSseActors.Positions;

namespace McpSseActors.Actors.Positions;

/// <summary>
/// The positions in a database whose handlers save them. The library adds what it knows of the events that follow, to recognize repeats, and one that
/// kills the process.
/// </summary>
internal sealed class HandlerSavedPositions(DbDataSource source) : DatabasePositionStore(source)
{
    public override Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation) =>
        ChangeAsync(updates, PositionText.Add, cancellation);
}
