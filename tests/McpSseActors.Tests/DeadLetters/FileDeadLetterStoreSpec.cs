using CsCheck;
using McpSseActors.DeadLetters;
using McpSseActors.Storage;

namespace McpSseActors.Tests.DeadLetters;

/// <summary>Letters in a file, and what becomes of it when a machine fails or a disk lies.</summary>
public sealed class FileDeadLetterStoreSpec : DeadLetterStoreSpec
{
    private readonly string _folder = Directory.CreateTempSubdirectory("letters-").FullName;

    private string FilePath => Path.Combine(_folder, "test.dead-letters");

    [Fact]
    public async Task Should_have_the_letters_when_the_file_is_opened_again()
    {
        await KeepAsync(Letters.Of("1"), Letters.Of("2"));
        await KeepAsync(Letters.Of("1") with { Attempts = 9 });
        await Store.RemoveAsync(["2"], default);
        await Store.DisposeAsync();

        await using var again = DeadLetterStores.OpenFile(FilePath);

        (await again.FindAsync(DeadLetterFilter.All, "", 10, default)).ShouldHaveSingleItem().Attempts.ShouldBe(9);
    }

    [Fact]
    public async Task Should_be_followed_by_new_letters_when_the_clock_was_set_back()
    {
        var former = Guid.CreateVersion7(DateTimeOffset.UtcNow.AddHours(1)).ToString();
        await KeepAsync(Letters.Of(former));
        await Store.DisposeAsync();

        await using var again = DeadLetterStores.OpenFile(FilePath);

        string.CompareOrdinal(LetterIds.Next(DateTimeOffset.UtcNow), former).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Should_hold_no_data_when_all_letters_were_discarded()
    {
        await KeepAsync(Letters.Of("1", data: "private"), Letters.Of("2"));

        await Store.DiscardAsync(DeadLetterFilter.All);

        (await File.ReadAllTextAsync(FilePath)).ShouldStartWith(RecordFile.Header(FileDeadLetterStore.Content) + "\n# process");
    }

    [Fact]
    public async Task Should_be_readable_while_a_process_uses_it_but_not_be_opened()
    {
        await KeepAsync(Letters.Of("1"));

        await using var copy = DeadLetterStores.ReadFile(FilePath);

        (await copy.IdsAsync()).ShouldBe(["1"]);
        Should.Throw<PositionStoreException>(() => DeadLetterStores.OpenFile(FilePath)).Message.ShouldContain(
            $"is used by process {Environment.ProcessId}");
    }

    [Fact]
    public async Task Should_keep_the_file_small_when_letters_come_and_go()
    {
        var path = Path.Combine(_folder, "small");
        await using (var store = new FileDeadLetterStore(path, mostBytes: 4096))
        {
            for (var i = 0; i < 200; i++)
            {
                await store.KeepAsync([Letters.Of($"{i:000}")], default);
                await store.TrimAsync(new DeadLetterLimits { MaxCount = 2 }, Letters.Now, default);
            }
        }

        new FileInfo(path).Length.ShouldBeLessThan(8192);
        await using var again = new FileDeadLetterStore(path);
        (await again.IdsAsync()).ShouldBe(["198", "199"]);
    }

    [Fact]
    public async Task Should_keep_letters_when_there_is_no_room_for_a_smaller_file()
    {
        var path = Path.Combine(_folder, "grown");
        await using (var store = new FileDeadLetterStore(path, mostBytes: 1))
        {
            Directory.CreateDirectory($"{path}.new");
            for (var i = 0; i < 20; i++)
                await store.KeepAsync([Letters.Of("1"), Letters.Of("2")], default);
            (await store.RemoveAsync(["1", "2"], default)).ShouldBe(2);
            await store.KeepAsync([Letters.Of("3")], default);
        }

        Directory.Delete($"{path}.new");
        await using var again = new FileDeadLetterStore(path);
        (await again.IdsAsync()).ShouldBe(["3"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mcp-sse positions 1\n")]
    public async Task Should_refuse_to_start_and_leave_the_file_when_it_is_none_of_ours(string content)
    {
        var path = Path.Combine(_folder, "other");
        await File.WriteAllTextAsync(path, content);

        Should.Throw<PositionStoreException>(() => DeadLetterStores.OpenFile(path)).Message.ShouldContain("is not a file of dead letters");

        (await File.ReadAllTextAsync(path)).ShouldBe(content);
    }

    [Fact]
    public void Should_say_which_file_it_is_when_it_cannot_be_created() =>
        Should.Throw<PositionStoreException>(() => DeadLetterStores.OpenFile(Path.Combine(_folder, "none", "x"))).Message.ShouldStartWith("Dead letters cannot be kept in");

    [Fact]
    public void Should_be_readable_by_its_owner_only()
    {
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(FilePath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Should_have_the_letters_before_when_the_file_was_cut_anywhere()
    {
        var whole = await SomeFileAsync();
        for (var length = RecordFile.Header(FileDeadLetterStore.Content).Length + 1; length <= whole.Length; length++)
            await CheckAsync(whole[..length], isPrefix: true);
    }

    [Fact]
    public async Task Should_have_only_letters_that_were_kept_when_any_byte_was_changed()
    {
        var whole = await SomeFileAsync();
        await Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[1, 255]).SampleAsync(async change =>
        {
            var damaged = whole.ToArray();
            damaged[change.Item1] ^= (byte)change.Item2;
            await CheckAsync(damaged, isPrefix: false);
        }, iter: 1000, threads: 1);
    }

    private protected override Task<IDeadLetterStore> OpenAsync() => Task.FromResult(DeadLetterStores.OpenFile(FilePath));

    private protected override Task EndAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    private async Task<byte[]> SomeFileAsync()
    {
        await KeepAsync(Letters.Of("1", data: "first"));
        await KeepAsync(Letters.Of("2", data: "second"));
        await KeepAsync(Letters.Of("3", data: "third"));
        await Store.DisposeAsync();
        return await File.ReadAllBytesAsync(FilePath);
    }

    private async Task CheckAsync(byte[] content, bool isPrefix)
    {
        var path = Path.Combine(_folder, "damaged");
        await File.WriteAllBytesAsync(path, content);
        try
        {
            await using var store = DeadLetterStores.ReadFile(path);
            var letters = await store.FindAsync(DeadLetterFilter.All, "", 10, default);
            letters.ShouldAllBe(letter => letter.Event.Text == (letter.Id == "1" ? "first" : letter.Id == "2" ? "second" : "third"));
            if (isPrefix)
                letters.Select(letter => letter.Id).ShouldBe(new[] { "1", "2", "3" }.Take(letters.Count));
        }
        catch (PositionStoreException)
        {
            isPrefix.ShouldBeFalse();
        }
    }
}
