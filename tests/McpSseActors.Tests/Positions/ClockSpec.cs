using System.Data.Common;
using McpSseActors.Positions;
using Microsoft.Data.Sqlite;

namespace McpSseActors.Tests.Positions;

/// <summary>A clock that is set back: tokens and the order of saves decide, and times are only shown.</summary>
[Trait("Category", "Durability")]
public sealed class ClockSpec : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly DateTimeOffset Earlier = Now.AddDays(-1);

    private readonly string _folder = Directory.CreateTempSubdirectory("clock-").FullName;
    private readonly DbDataSource _database;

    public ClockSpec() => _database = SqliteFactory.Instance.CreateDataSource($"Data Source={Path.Combine(_folder, "positions.db")};Pooling=False");

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("database")]
    public async Task Should_keep_the_last_position_when_the_clock_is_set_back_between_two_saves(string kind)
    {
        await using (var store = Open(kind))
        {
            var token = (await store.AcquireAsync("s", default)).Token;
            await store.SaveAsync([new("s", token, new StoredPosition("1", Now))], default);
            await store.SaveAsync([new("s", token, new StoredPosition("2", Earlier))], default);
        }

        await using var next = Open(kind);
        (await next.AcquireAsync("s", default)).Position.ShouldBe(new StoredPosition("2", Earlier));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("database")]
    public async Task Should_refuse_the_older_owner_whatever_its_clock_says(string kind)
    {
        await using var store = Open(kind);
        var former = (await store.AcquireAsync("s", default)).Token;
        var owner = (await store.AcquireAsync("s", default)).Token;
        await store.SaveAsync([new("s", owner, new StoredPosition("owner", Earlier))], default);

        (await store.SaveAsync([new("s", former, new StoredPosition("former", Now))], default)).ShouldBe(["s"]);

        (await store.AcquireAsync("s", default)).Position!.Value.ShouldBe("owner");
    }

    private IPositionStore Open(string kind) => kind is "file"
        ? new FilePositionStore(Path.Combine(_folder, "clock.positions"))
        : new DatabasePositionStore(_database);
}
