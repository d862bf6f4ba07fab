namespace McpSseActors.TestServer.Replay;

/// <summary>How a recording is served.</summary>
public sealed record ReplayOptions
{
    /// <summary>The loopback port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>How fast it is played.</summary>
    public ReplaySpeed Speed { get; init; } = ReplaySpeed.AsItCame;

    /// <summary>Whether it starts again at its end.</summary>
    public bool Loop { get; init; }

    /// <summary>The key that a client must bring; empty asks for none.</summary>
    public string AuthKey { get; init; } = "";

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
