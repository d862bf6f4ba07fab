namespace McpSseActors.TestServer.Demo;

/// <summary>How a demo server behaves.</summary>
public sealed record DemoServerOptions
{
    /// <summary>The loopback port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Events per second.</summary>
    public double Rate { get; init; } = 5;

    /// <summary>How many events are sent in all; null sends without end.</summary>
    public int? Events { get; init; }

    /// <summary>The same seed gives the same events.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Which connections are aborted.</summary>
    public DropPlan Drops { get; init; } = DropPlan.None;

    /// <summary>The reconnection time that each connection is told first; null says nothing.</summary>
    public TimeSpan? Retry { get; init; }

    /// <summary>The key that a client must bring; empty asks for none.</summary>
    public string AuthKey { get; init; } = "";

    /// <summary>How many events can be replayed.</summary>
    public int ReplayBuffer { get; init; } = 10_000;

    /// <summary>The prefix of the IDs. A restarted server needs another one, or clients take its events for old ones.</summary>
    public string IdPrefix { get; init; } = "";

    /// <summary>Where a client without a (known) <c>Last-Event-ID</c> begins: at the oldest kept event, or at the next one.</summary>
    public bool ReplayToNewClients { get; init; }

    /// <summary>Whether the first event waits for the first client.</summary>
    public bool WaitForClient { get; init; }

    /// <summary>After how much silence a comment is sent.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
