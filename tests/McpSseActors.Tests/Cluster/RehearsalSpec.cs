using McpSseActors.Actors.Positions;
using McpSseActors.Cluster.Start;
using McpSseActors.Positions;
using McpSseActors.Tests.Telemetry;

namespace McpSseActors.Tests.Cluster;

/// <summary>A node that starts runs a stream of which nobody hears.</summary>
public sealed class RehearsalSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rehearsal-").FullName;

    public void Dispose() => TestFolder.Delete(_folder);

    [Fact]
    public async Task Should_store_measure_and_trace_nothing_when_a_stream_is_rehearsed()
    {
        await using var database = TestDatabase.Open(_folder);
        await using var store = new DatabasePositionStore(database);
        using var measured = new Measurements("rehearsal");
        using var spans = new Spans("rehearsal");

        (await Rehearsal.RunAsync(store)).ShouldBeTrue();

        await using var count = database.CreateCommand("SELECT COUNT(*) FROM mcp_sse_positions");
        Convert.ToInt64(await count.ExecuteScalarAsync()).ShouldBe(0, "the database was reached");
        measured.Observe("mcp_sse.stream.state").ShouldBeEmpty();
        measured.All.ShouldBeEmpty();
        spans.Texts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_rehearse_the_rest_when_the_database_fails()
    {
        await using var database = TestDatabase.Open(_folder);
        await using var store = new BrokenStore(database);

        (await Rehearsal.RunAsync(store)).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_open_the_connections_that_streams_use_at_once()
    {
        await using var database = TestDatabase.Open(_folder);
        await using var store = new CrowdedStore(database);

        (await Rehearsal.RunAsync(store)).ShouldBeTrue();

        store.AllCame.IsCompleted.ShouldBeTrue();
    }

    // Nobody is served before all are there.
    private sealed class CrowdedStore(System.Data.Common.DbDataSource database) : DatabasePositionStore(database)
    {
        private readonly CountdownEvent _missing = new(PositionStoreActor.MostAcquisitions);
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task AllCame => _all.Task;

        public override async Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation)
        {
            if (_missing.Signal())
                _all.SetResult();
            await AllCame.WaitAsync(cancellation);
            return [];
        }
    }

    private sealed class BrokenStore(System.Data.Common.DbDataSource database) : DatabasePositionStore(database)
    {
        public override Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation) =>
            Task.FromException<IReadOnlyCollection<string>>(new IOException("no database"));
    }
}
