namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>What a client does that has many streams on which nothing happens.</summary>
/// <param name="Url">The stream that all of them read.</param>
/// <param name="Kind">Which client.</param>
/// <param name="Streams">How many there are; with none, it has a host and nothing to do.</param>
internal sealed record IdleSettings(string Url, ClientKind Kind, int Streams);

/// <summary>Connects many streams, and stays so.</summary>
internal static class IdleClient
{
    public static async Task RunAsync(IdleSettings settings, Parent parent)
    {
        await (settings.Kind is ClientKind.Bare
            ? BareLoops.ConnectAsync(settings.Url, settings.Streams, _ => { })
            : LibraryHost.ConnectAsync(settings.Streams, settings.Url, mcp => mcp.AddHandler((McpEvent _) => { })));
        Parent.Tell(new Stage(Stage.Connected));
        await parent.GoAheadAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Parent.Tell(new Stage(Stage.Collected, GC.GetTotalMemory(forceFullCollection: false)));
        await parent.Gone;
    }
}
