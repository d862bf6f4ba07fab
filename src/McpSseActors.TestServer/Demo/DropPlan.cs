namespace McpSseActors.TestServer.Demo;

/// <summary>When a connection is aborted.</summary>
/// <param name="AfterEvents">How many whole events it carries before.</param>
/// <param name="MidEvent">Whether the next event is cut in its middle.</param>
/// <param name="ThenRefuse">How many of the following requests are answered with 503.</param>
public sealed record Drop(int AfterEvents, bool MidEvent = false, int ThenRefuse = 0);

/// <summary>Says which connections of a demo server are aborted, and when.</summary>
public sealed class DropPlan
{
    private readonly Func<int, Drop?> _ofConnection;

    private DropPlan(Func<int, Drop?> ofConnection) => _ofConnection = ofConnection;

    /// <summary>No connection is aborted.</summary>
    public static DropPlan None { get; } = new(_ => null);

    /// <summary>Each connection is aborted after so many events; every second one in the middle of an event.</summary>
    public static DropPlan Every(int events) => new(connection => new Drop(events, MidEvent: connection % 2 == 0));

    /// <summary>The first connections are aborted as listed, the later ones are not.</summary>
    public static DropPlan Sequence(params Drop[] drops) =>
        new(connection => connection <= drops.Length ? drops[connection - 1] : null);

    /// <summary>What happens to a connection, counted from 1; null for one that lives.</summary>
    public Drop? Of(int connection) => _ofConnection(connection);
}
