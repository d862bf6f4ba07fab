using McpSseActors.DeadLetters;

namespace McpSseActors.Tests.DeadLetters;

/// <summary>What every store of dead letters does alike.</summary>
[Trait("Category", "Durability")]
public abstract class DeadLetterStoreSpec : IAsyncLifetime
{
    private protected IDeadLetterStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public async Task DisposeAsync()
    {
        await Store.DisposeAsync();
        await EndAsync();
    }

    [Fact]
    public async Task Should_give_a_letter_back_as_it_was()
    {
        var letter = Letters.Of("1", data: "grüße\n\0", type: "a\0b", handler: "h'\0") with { Fault = "IOException: \"no\"\u2028", IsRetryRequested = true };
        await KeepAsync(letter);

        var copy = (await Store.FindAsync(DeadLetterFilter.All, "", 10, default)).ShouldHaveSingleItem();

        copy.ShouldBe(letter with { Event = copy.Event });
        JsonSerializer.Serialize(copy.Event).ShouldBe(JsonSerializer.Serialize(letter.Event));
        (await Store.IdsAsync(new DeadLetterFilter { Handler = "h'\0" })).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Should_replace_a_letter_with_the_same_ID()
    {
        await KeepAsync(Letters.Of("1"), Letters.Of("2"));
        await KeepAsync(Letters.Of("1") with { Attempts = 7, IsRetryRequested = true });

        (await Store.FindAsync(new DeadLetterFilter { Id = "1" }, "", 10, default)).ShouldHaveSingleItem().Attempts.ShouldBe(7);
        (await Store.CountAsync(DeadLetterFilter.All, default)).ShouldBe(2);
    }

    [Fact]
    public async Task Should_give_letters_a_page_at_a_time_oldest_first()
    {
        await KeepAsync(Letters.Of("3"), Letters.Of("1"), Letters.Of("2"));

        (await Store.IdsAsync(count: 2)).ShouldBe(["1", "2"]);
        (await Store.IdsAsync(after: "2")).ShouldBe(["3"]);
    }

    [Fact]
    public async Task Should_find_and_count_what_a_filter_selects()
    {
        await KeepAsync(
            Letters.Of("a1", stream: "one", type: "chat.message", age: 10),
            Letters.Of("a2", stream: "one", type: "user.login", handler: "", age: 5),
            Letters.Of("b1", stream: "two", type: "CHAT.message") with { IsRetryRequested = true });

        foreach (var (filter, ids) in new (DeadLetterFilter, string[])[]
        {
            (new() { Id = "a" }, ["a1", "a2"]),
            (new() { Id = "" }, ["a1", "a2", "b1"]),
            (new() { Stream = "one", Handler = "h" }, ["a1"]),
            (new() { Handler = "" }, ["a2"]),
            (new() { EventType = "chat.*" }, ["a1"]),
            (new() { EventType = "none.*" }, []),
            (new() { Since = Letters.Now.AddSeconds(-5).ToOffset(TimeSpan.FromHours(2)) }, ["a2", "b1"]),
            (new() { Until = Letters.Now.AddSeconds(-5) }, ["a1"]),
            (new() { IsRetryRequested = true }, ["b1"]),
            (new() { IsRetryRequested = false, EventType = "*" }, ["a1", "a2"]),
        })
        {
            (await Store.IdsAsync(filter)).ShouldBe(ids, filter.ToString());
            (await Store.CountAsync(filter, default)).ShouldBe(ids.Length, filter.ToString());
        }
    }

    [Fact]
    public async Task Should_remove_letters_and_ignore_unknown_IDs()
    {
        await KeepAsync(Letters.Of("1"), Letters.Of("2"));

        (await Store.RemoveAsync(["1", "9"], default)).ShouldBe(1);
        (await Store.IdsAsync()).ShouldBe(["2"]);
    }

    [Fact]
    public async Task Should_discard_the_oldest_when_there_are_too_many()
    {
        await KeepAsync(Letters.Of("1"), Letters.Of("2"), Letters.Of("3"));

        (await Store.TrimAsync(new DeadLetterLimits { MaxCount = 2 }, Letters.Now, default)).ShouldBe(1);
        (await Store.TrimAsync(new DeadLetterLimits { MaxCount = 2 }, Letters.Now, default)).ShouldBe(0);
        (await Store.IdsAsync()).ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task Should_discard_the_oldest_when_they_are_too_large_but_never_the_newest()
    {
        var large = new string('x', 1000);
        await KeepAsync(Letters.Of("1", data: large), Letters.Of("2", data: large), Letters.Of("3", data: large));

        (await Store.TrimAsync(new DeadLetterLimits { MaxSize = 2500 }, Letters.Now, default)).ShouldBe(1);
        (await Store.TrimAsync(new DeadLetterLimits { MaxSize = 10 }, Letters.Now, default)).ShouldBe(1);
        (await Store.IdsAsync()).ShouldBe(["3"]);
    }

    [Fact]
    public async Task Should_discard_what_is_too_old()
    {
        await KeepAsync(Letters.Of("1", age: 10), Letters.Of("2", age: 1), Letters.Of("3", age: 10));

        (await Store.TrimAsync(new DeadLetterLimits { MaxAge = TimeSpan.Zero }, Letters.Now, default)).ShouldBe(0);
        (await Store.TrimAsync(new DeadLetterLimits { MaxAge = TimeSpan.MaxValue }, Letters.Now, default)).ShouldBe(0);
        (await Store.TrimAsync(new DeadLetterLimits { MaxAge = TimeSpan.FromSeconds(5) }, Letters.Now, default)).ShouldBe(2);
        (await Store.IdsAsync()).ShouldBe(["2"]);
    }

    [Fact]
    public async Task Should_discard_and_request_a_retry_of_more_than_a_page()
    {
        await KeepAsync([.. Enumerable.Range(100, 250).Select(n => Letters.Of($"{n}", stream: n % 2 == 0 ? "even" : "odd"))]);

        (await Store.RequestRetryAsync(new DeadLetterFilter { Stream = "odd" })).ShouldBe(125);
        (await Store.DiscardAsync(new DeadLetterFilter { IsRetryRequested = false })).ShouldBe(125);
        (await Store.CountAsync(new DeadLetterFilter { Stream = "odd", IsRetryRequested = true }, default)).ShouldBe(125);
    }

    private protected Task KeepAsync(params StoredDeadLetter[] letters) => Store.KeepAsync(letters, default);

    private protected abstract Task<IDeadLetterStore> OpenAsync();

    private protected virtual Task EndAsync() => Task.CompletedTask;
}

/// <summary>Letters in memory.</summary>
public sealed class MemoryDeadLetterStoreSpec : DeadLetterStoreSpec
{
    private protected override Task<IDeadLetterStore> OpenAsync() => Task.FromResult<IDeadLetterStore>(new MemoryDeadLetterStore());
}

/// <summary>Letters in a real SQL database.</summary>
public sealed class DatabaseDeadLetterStoreSpec : DeadLetterStoreSpec
{
    private readonly string _folder = Directory.CreateTempSubdirectory("letters-").FullName;
    private System.Data.Common.DbDataSource? _database;

    [Fact]
    public async Task Should_share_letters_with_another_process()
    {
        await using var other = new DatabaseDeadLetterStore(_database!);
        await KeepAsync(Letters.Of("1"));

        await other.RequestRetryAsync(DeadLetterFilter.All);

        (await Store.IdsAsync(new DeadLetterFilter { IsRetryRequested = true })).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Should_be_followed_by_new_letters_when_the_clock_was_set_back()
    {
        var former = Guid.CreateVersion7(DateTimeOffset.UtcNow.AddHours(1)).ToString();
        await KeepAsync(Letters.Of(former));
        await using var later = new DatabaseDeadLetterStore(_database!);

        await later.CountAsync(DeadLetterFilter.All, default);

        string.CompareOrdinal(LetterIds.Next(DateTimeOffset.UtcNow), former).ShouldBeGreaterThan(0);
    }

    // The letters that a request finds may be gone when it is written.
    [Fact]
    public async Task Should_not_bring_back_a_letter_that_was_discarded_meanwhile()
    {
        await using var other = new DatabaseDeadLetterStore(_database!);
        await KeepAsync(Letters.Of("1"));
        await Store.RemoveAsync(["1"], default);

        (await other.RequestRetryAsync("1", default)).ShouldBe(0);

        (await Store.CountAsync(DeadLetterFilter.All, default)).ShouldBe(0);
    }

    [Fact]
    public async Task Should_take_a_retry_that_was_requested_in_SQL()
    {
        await KeepAsync(Letters.Of("1"), Letters.Of("2", handler: "other"));
        await using (var update = _database!.CreateCommand("UPDATE mcp_sse_dead_letters SET is_retry_requested = 1 WHERE handler = 'other'"))
            await update.ExecuteNonQueryAsync();

        (await Store.FindAsync(new DeadLetterFilter { IsRetryRequested = true }, "", 9, default)).ShouldHaveSingleItem().IsRetryRequested.ShouldBeTrue();
    }

    private protected override Task<IDeadLetterStore> OpenAsync()
    {
        _database = TestDatabase.Open(_folder);
        return Task.FromResult(DeadLetterStores.OpenDatabase(_database));
    }

    private protected override async Task EndAsync()
    {
        await _database!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
