using McpSseActors.Positions;
using Npgsql;

namespace McpSseActors.Tests.Positions;

/// <summary>Positions in a real SQL database.</summary>
[Trait("Category", "Durability")]
public sealed class DatabasePositionStoreSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("positions-").FullName;
    private readonly System.Data.Common.DbDataSource _database;

    public DatabasePositionStoreSpec() => _database = TestDatabase.Open(_folder);

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Should_give_back_what_another_process_saved()
    {
        var first = new DatabasePositionStore(_database);
        var now = DateTimeOffset.UtcNow;
        var lease = await first.AcquireAsync("a", default);
        await first.SaveAsync([new("a", lease.Token, new StoredPosition("1", now))], default);

        var second = await new DatabasePositionStore(_database).AcquireAsync("a", default);

        second.Position.ShouldBe(new StoredPosition("1", now));
        second.Token.ShouldBeGreaterThan(lease.Token);
    }

    [Theory]
    [InlineData("it's \"quoted\", \\ and {braced}", "{\"id\":\"7\\n\",\"of\":\"https://example.com/?a=1&b=<2>\"}")]
    [InlineData("名前 🚀", "é\u2028 'x' -- \t")]
    public async Task Should_save_any_text_as_it_is(string stream, string position)
    {
        var store = new DatabasePositionStore(_database);
        var (odd, plain) = (await store.AcquireAsync(stream, default), await store.AcquireAsync("plain", default));
        var now = DateTimeOffset.UtcNow;

        var lost = await store.SaveAsync([new(stream, odd.Token, new StoredPosition(position, now)),
            new("plain", plain.Token, new StoredPosition("1", now))], default);

        lost.ShouldBeEmpty();
        (await store.AcquireAsync(stream, default)).Position.ShouldBe(new StoredPosition(position, now));
        (await store.AcquireAsync("plain", default)).Position.ShouldBe(new StoredPosition("1", now));
    }

    [Fact]
    public async Task Should_refuse_the_former_owner_and_save_the_rest()
    {
        var store = new DatabasePositionStore(_database);
        var former = await store.AcquireAsync("a", default);
        var other = await store.AcquireAsync("b", default);
        await store.AcquireAsync("a", default);

        var lost = await store.SaveAsync(
            [new("a", former.Token, new StoredPosition("old", DateTimeOffset.UtcNow)),
                new("b", other.Token, new StoredPosition("1", DateTimeOffset.UtcNow))], default);

        lost.ShouldBe(["a"]);
        (await store.AcquireAsync("a", default)).Position.ShouldBeNull();
        (await store.AcquireAsync("b", default)).Position!.Value.ShouldBe("1");
    }

    [Fact]
    public async Task Should_change_what_is_stored_by_what_is_stored()
    {
        var store = new DatabasePositionStore(_database);
        var (former, none) = (await store.AcquireAsync("a", default), await store.AcquireAsync("none", default));
        var owner = await store.AcquireAsync("a", default);
        await store.SaveAsync([new("a", owner.Token, new StoredPosition("1", DateTimeOffset.UtcNow))], default);

        (await ChangeAsync("a", owner.Token)).ShouldBeEmpty();
        (await ChangeAsync("a", former.Token)).ShouldBe(["a"]);
        (await ChangeAsync("none", none.Token)).ShouldBeEmpty();

        (await store.AcquireAsync("a", default)).Position!.Value.ShouldBe("1+more");
        (await store.AcquireAsync("none", default)).Position.ShouldBeNull();

        Task<IReadOnlyCollection<string>> ChangeAsync(string stream, long token) =>
            store.ChangeAsync([new(stream, token, new StoredPosition("more", DateTimeOffset.UtcNow))], (stored, given) => stored is null ? null : $"{stored}+{given}", default);
    }

    [Fact]
    public async Task Should_save_again_when_somebody_has_deleted_the_row()
    {
        var store = new DatabasePositionStore(_database);
        var (a, b) = (await store.AcquireAsync("a", default), await store.AcquireAsync("b", default));
        await ExecuteAsync("DELETE FROM mcp_sse_positions");

        (await store.SaveAsync([new("a", a.Token, new StoredPosition("1", DateTimeOffset.UtcNow)),
            new("b", b.Token, new StoredPosition("2", DateTimeOffset.UtcNow))], default)).ShouldBeEmpty();
        var again = await store.AcquireAsync("a", default);
        (again.Token, again.Position!.Value).ShouldBe((a.Token + 1, "1"));
    }

    [Fact]
    public async Task Should_refuse_the_former_owner_when_the_row_is_deleted_and_the_stream_was_taken_over()
    {
        var store = new DatabasePositionStore(_database);
        await store.AcquireAsync("a", default);
        var former = await store.AcquireAsync("a", default);
        await ExecuteAsync("DELETE FROM mcp_sse_positions");
        await new DatabasePositionStore(_database).AcquireAsync("a", default);

        (await store.SaveAsync([new("a", former.Token, new StoredPosition("1", DateTimeOffset.UtcNow))], default)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Should_create_the_table_again_when_somebody_has_dropped_it()
    {
        var store = new DatabasePositionStore(_database);
        var lease = await store.AcquireAsync("a", default);
        await ExecuteAsync("DROP TABLE mcp_sse_positions");
        PositionUpdate[] update = [new("a", lease.Token, new StoredPosition("1", DateTimeOffset.UtcNow))];

        (await store.SaveAsync(update, default)).ShouldBeEmpty();
        (await store.AcquireAsync("a", default)).Position!.Value.ShouldBe("1");
    }

    [Fact]
    public async Task Should_wait_for_somebody_who_reads_the_database()
    {
        var store = new DatabasePositionStore(_database);
        await store.AcquireAsync("a", default);
        await using var connection = await _database.OpenConnectionAsync();
        await using var all = connection.CreateCommand();
        all.CommandText = "SELECT * FROM mcp_sse_positions";
        await using var reader = await all.ExecuteReaderAsync();
        await reader.ReadAsync();

        var acquiring = store.AcquireAsync("a", default);
        await reader.DisposeAsync();

        (await acquiring).Token.ShouldBe(2);
    }

    [Fact]
    public async Task Should_forget_the_position_when_the_owner_removes_it()
    {
        var store = new DatabasePositionStore(_database);
        var former = await store.AcquireAsync("a", default);
        var owner = await store.AcquireAsync("a", default);
        await store.SaveAsync([new("a", owner.Token, new StoredPosition("1", DateTimeOffset.UtcNow))], default);

        await store.RemoveAsync("a", former.Token, default);
        (await store.AcquireAsync("a", default)).Position.ShouldNotBeNull();
        await store.RemoveAsync("a", owner.Token + 1, default);

        (await store.AcquireAsync("a", default)).Position.ShouldBeNull();
    }

    [Fact]
    public async Task Should_let_the_next_owner_in_when_a_process_stands_still_while_it_saves()
    {
        // SQLite is of one machine.
        if (TestDatabase.IsSqlite)
            return;
        using var relay = new DatabaseRelay(_database.ConnectionString, _folder);
        await using var behind = NpgsqlDataSource.Create(relay.ConnectionString);
        var frozen = new DatabasePositionStore(behind);
        var lease = await frozen.AcquireAsync("a", default);
        relay.HoldAnswers();
        var save = frozen.SaveAsync([new("a", lease.Token, new StoredPosition("1", DateTimeOffset.UtcNow))], default);
        await Eventually.HoldsAsync(async () => (await ReadAsync("SELECT position FROM mcp_sse_positions WHERE stream = 'a'")).ShouldBe("1"));

        var next = await new DatabasePositionStore(_database).AcquireAsync("a", default).WaitAsync(Within.Limit);

        (next.Token, next.Position!.Value).ShouldBe((lease.Token + 1, "1"));
        save.IsCompleted.ShouldBeFalse();
    }

    private async Task<object?> ReadAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
