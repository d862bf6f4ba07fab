namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>What a client does that has many streams on which nothing happens.</summary>
/// <param name="Url">The stream that all of them read.</param>
/// <param name="Streams">How many there are.</param>
internal sealed record IdleSettings(string Url, int Streams);

/// <summary>Connects many streams, and stays so.</summary>
internal static class IdleClient
{
    public static async Task RunAsync(IdleSettings settings, Parent parent)
    {
        await LibraryHost.ConnectAsync(settings.Streams, mcp =>
        {
            for (var i = 0; i < settings.Streams; i++)
                mcp.AddStream(settings.Url, options => LibraryHost.Quick(options) with { Name = $"stream-{i}" });
            mcp.AddHandler((McpEvent _) => { });
        });
        Parent.Tell(new Stage(Stage.Connected));
        await parent.GoAheadAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Parent.Tell(new Stage(Stage.Collected, GC.GetTotalMemory(forceFullCollection: false)));
        await parent.Gone;
    }
}
