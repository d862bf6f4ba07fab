using CsCheck;
using McpSseActors.Positions;
using McpSseActors.Storage;

namespace McpSseActors.Tests.Positions;

/// <summary>The file of positions, and what becomes of it when a machine fails or a disk lies.</summary>
[Trait("Category", "Durability")]
public sealed class FilePositionStoreSpec : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("positions-").FullName;

    private string FilePath => Path.Combine(_folder, "test.positions");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Should_give_back_the_newest_position_when_the_file_is_opened_again()
    {
        await SaveAsync("a", "1", "2");
        await SaveAsync("b", "x");

        await using var store = new FilePositionStore(FilePath);

        (await store.AcquireAsync("a", default)).Position.ShouldBe(new StoredPosition("2", Now));
        (await store.AcquireAsync("b", default)).Position.ShouldBe(new StoredPosition("x", Now));
        (await store.AcquireAsync("c", default)).Position.ShouldBeNull();
    }

    [Fact]
    public async Task Should_refuse_an_owner_when_another_has_taken_over()
    {
        await using var store = new FilePositionStore(FilePath);
        var first = await store.AcquireAsync("a", default);
        var second = await store.AcquireAsync("a", default);

        (await store.SaveAsync([Update("a", first.Token, "old"), Update("b", 1, "no owner")], default)).ShouldBe(["a", "b"]);
        (await store.SaveAsync([Update("a", second.Token, "new")], default)).ShouldBeEmpty();

        second.Token.ShouldBeGreaterThan(first.Token);
        (await store.AcquireAsync("a", default)).Position!.Value.ShouldBe("new");
    }

    [Fact]
    public async Task Should_go_on_in_the_old_file_when_there_is_no_room_for_a_smaller_one()
    {
        await using (var store = new FilePositionStore(FilePath, mostBytes: 1))
        {
            Directory.CreateDirectory($"{FilePath}.new");
            var token = (await store.AcquireAsync("a", default)).Token;
            foreach (var number in Enumerable.Range(1, 200))
                (await store.SaveAsync([Update("a", token, $"{number}")], default)).ShouldBeEmpty();
        }

        Directory.Delete($"{FilePath}.new");
        await using var again = new FilePositionStore(FilePath);
        (await again.AcquireAsync("a", default)).Position!.Value.ShouldBe("200");
    }

    [Fact]
    public async Task Should_count_tokens_on_when_a_stream_was_removed()
    {
        await using var store = new FilePositionStore(FilePath);
        var before = await store.AcquireAsync("a", default);
        await store.SaveAsync([Update("a", before.Token, "1")], default);

        await store.RemoveAsync("a", before.Token, default);

        var after = await store.AcquireAsync("a", default);
        after.Position.ShouldBeNull();
        after.Token.ShouldBeGreaterThan(before.Token);
    }

    [Fact]
    public async Task Should_keep_the_file_small_when_positions_are_saved_for_a_long_time()
    {
        await using (var store = new FilePositionStore(FilePath, mostBytes: 4096))
        {
            var token = (await store.AcquireAsync("a", default)).Token;
            for (var i = 1; i <= 1000; i++)
                await store.SaveAsync([Update("a", token, $"{i}")], default);
        }

        new FileInfo(FilePath).Length.ShouldBeLessThan(8192);
        await using var again = new FilePositionStore(FilePath);
        (await again.AcquireAsync("a", default)).Position!.Value.ShouldBe("1000");
    }

    [Fact]
    public async Task Should_name_the_process_when_another_uses_the_file()
    {
        await using var store = new FilePositionStore(FilePath);

        Should.Throw<PositionStoreException>(() => new FilePositionStore(FilePath)).Message.ShouldContain($"is used by process {Environment.ProcessId}");
    }

    [Fact]
    public async Task Should_be_free_again_when_the_store_was_disposed()
    {
        await SaveAsync("a", "1");
        await SaveAsync("a", "2");

        File.ReadAllText(FilePath).ShouldContain("\"value\":\"2\"");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[mcp_sse]\nenable = true\n")]
    [InlineData("mcp-sse positions 2\n")]
    public void Should_refuse_to_start_and_leave_the_file_when_it_is_none_of_ours(string content)
    {
        File.WriteAllText(FilePath, content);

        Should.Throw<PositionStoreException>(() => new FilePositionStore(FilePath)).Message.ShouldContain("move it away");

        File.ReadAllText(FilePath).ShouldBe(content);
    }

    [Fact]
    public void Should_say_so_when_another_version_has_written_the_file()
    {
        File.WriteAllText(FilePath, "mcp-sse positions 2\n");

        Should.Throw<PositionStoreException>(() => new FilePositionStore(FilePath)).Message.ShouldContain("another version");
    }

    [Fact]
    public void Should_say_which_file_it_is_when_it_cannot_be_created()
    {
        var fault = Should.Throw<PositionStoreException>(() => PositionStores.OpenFile(Path.Combine(_folder, "none", "positions")));

        fault.Message.ShouldContain("Positions cannot be stored in");
        fault.InnerException.ShouldBeAssignableTo<IOException>();
    }

    [Fact]
    public async Task Should_be_readable_by_its_owner_only()
    {
        await SaveAsync("a", "1");

        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(FilePath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Should_give_a_position_that_was_saved_when_the_file_was_cut_anywhere()
    {
        var (whole, saved) = await SomeFileAsync();
        for (var length = 0; length <= whole.Length; length++)
            await CheckAsync(whole[..length], saved);
    }

    [Fact]
    public async Task Should_give_a_position_that_was_saved_when_any_byte_was_changed()
    {
        var (whole, saved) = await SomeFileAsync();
        await Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[1, 255]).SampleAsync(async change =>
        {
            var damaged = whole.ToArray();
            damaged[change.Item1] ^= (byte)change.Item2;
            await CheckAsync(damaged, saved);
        }, iter: 2000, threads: 1);
    }

    [Fact]
    public async Task Should_append_a_whole_line_when_the_last_one_was_cut_off()
    {
        await SaveAsync("a", "1", "2");
        using (var file = File.OpenWrite(FilePath))
            file.SetLength(file.Length - 5);

        await SaveAsync("a", "3");

        await using var store = new FilePositionStore(FilePath);
        store.Damaged.ShouldBe(1);
        (await store.AcquireAsync("a", default)).Position!.Value.ShouldBe("3");
    }

    [Fact]
    public async Task Should_write_the_file_again_when_somebody_has_removed_it()
    {
        await using (var store = new FilePositionStore(FilePath))
        {
            var (a, b) = (await store.AcquireAsync("a", default), await store.AcquireAsync("b", default));
            await store.SaveAsync([Update("a", a.Token, "1")], default);
            File.Delete(FilePath);

            await store.SaveAsync([Update("b", b.Token, "2")], default);
        }

        await using var again = new FilePositionStore(FilePath);
        (await again.AcquireAsync("a", default)).Position!.Value.ShouldBe("1");
        (await again.AcquireAsync("b", default)).Position!.Value.ShouldBe("2");
    }

    [Theory]
    [InlineData("other")]
    [InlineData("shorter")]
    [InlineData("folder")]
    public async Task Should_save_nothing_and_leave_it_when_somebody_has_replaced_the_file(string by)
    {
        await using var store = new FilePositionStore(FilePath);
        var token = (await store.AcquireAsync("a", default)).Token;
        if (by is not "shorter")
            File.Move(FilePath, FilePath + ".moved");
        if (by is "folder")
            Directory.CreateDirectory(FilePath);
        else
            await File.WriteAllTextAsync(FilePath, by);

        (await Should.ThrowAsync<PositionStoreException>(() => store.SaveAsync([Update("a", token, "1")], default))).Message.ShouldContain("was changed while this process uses it");

        if (by is "folder")
            Directory.Delete(FilePath);
        else
            (await File.ReadAllTextAsync(FilePath)).ShouldBe(by);
        File.Move(FilePath + (by is "shorter" ? "" : ".moved"), FilePath + ".away", overwrite: true);
        File.Delete(FilePath);
        (await store.SaveAsync([Update("a", token, "1")], default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_be_one_file_when_links_lead_to_it()
    {
        if (OperatingSystem.IsWindows())
            return;
        var link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, FilePath);
        await using (var store = new FilePositionStore(link, mostBytes: 1))
        {
            Should.Throw<PositionStoreException>(() => new FilePositionStore(FilePath)).Message.ShouldContain("is used by process");
            var token = (await store.AcquireAsync("a", default)).Token;
            for (var i = 1; i <= 10; i++)
                await store.SaveAsync([Update("a", token, $"{i}")], default);
        }

        new FileInfo(link).LinkTarget.ShouldBe(FilePath);
        await using var again = new FilePositionStore(FilePath);
        (await again.AcquireAsync("a", default)).Position!.Value.ShouldBe("10");
    }

    [Theory]
    [InlineData("mkfifo", "is not a file of positions")]
    [InlineData("mkdir", "is a directory")]
    public void Should_refuse_at_once_when_it_is_no_file(string make, string problem)
    {
        if (OperatingSystem.IsWindows())
            return;
        using (var made = System.Diagnostics.Process.Start(make, FilePath))
            made.WaitForExit();

        Should.Throw<PositionStoreException>(() => PositionStores.OpenFile(FilePath)).Message.ShouldContain(problem);
    }

    private async Task<(byte[] Whole, HashSet<string> Saved)> SomeFileAsync()
    {
        await SaveAsync("a", "1", "2", "3");
        await SaveAsync("b", "1", "2");
        return (await File.ReadAllBytesAsync(FilePath), ["1", "2", "3"]);
    }

    // Either it says that it cannot be used, or what it gives was saved for that stream.
    private async Task CheckAsync(byte[] content, HashSet<string> saved)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, content);
        try
        {
            await using var store = new FilePositionStore(path);
            foreach (var stream in new[] { "a", "b" })
            {
                if ((await store.AcquireAsync(stream, default)).Position is { } position)
                    saved.ShouldContain(position.Value);
            }
        }
        catch (PositionStoreException)
        {
            Encoding.UTF8.GetString(content).StartsWith(RecordFile.Header(FilePositionStore.Content) + "\n", StringComparison.Ordinal).ShouldBeFalse();
        }
        finally
        {
            File.Delete(path);
            File.Delete(path + ".lock");
        }
    }

    private async Task SaveAsync(string stream, params string[] values)
    {
        await using var store = new FilePositionStore(FilePath);
        var token = (await store.AcquireAsync(stream, default)).Token;
        foreach (var value in values)
            (await store.SaveAsync([Update(stream, token, value)], default)).ShouldBeEmpty();
    }

    private static PositionUpdate Update(string stream, long token, string value) => new(stream, token, new StoredPosition(value, Now));
}
