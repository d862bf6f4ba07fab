using System.Globalization;
using McpSseActors.Positions;

namespace McpSseActors.Tests.Positions;

/// <summary>
/// Copies of the file, taken at random moments while positions are saved as fast as it goes, and then cut or changed: as if the machine had failed
/// then, or the disk lied. The positions of a stream are the numbers from 1 on.
/// </summary>
[Trait("Category", "Durability")]
public sealed class CopiedFileSpec : IDisposable
{
    private const int Copies = 300;
    private const int Seed = 20_26;

    private static readonly string[] Streams = ["a", "b", "c"];

    private readonly string _folder = Directory.CreateTempSubdirectory("copies-").FullName;
    private readonly ConcurrentDictionary<string, int> _begun = new(Streams.Select(stream => KeyValuePair.Create(stream, 0)));
    private readonly ConcurrentDictionary<string, int> _saved = new(Streams.Select(stream => KeyValuePair.Create(stream, 0)));

    private string FilePath => Path.Combine(_folder, "load.positions");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Should_give_no_position_but_those_that_were_saved()
    {
        var random = new Random(Seed);
        using var ending = new CancellationTokenSource();
        int whole = 0, refused = 0, behind = 0;
        await using (var store = new FilePositionStore(FilePath, mostBytes: 16_384))
        {
            var saving = Task.WhenAll(Streams.Select(stream => SaveAsync(store, stream, ending.Token)));
            for (var n = 0; n < Copies; n++)
            {
                await Task.Run(() => Thread.SpinWait(random.Next(200_000)));
                var before = Streams.ToDictionary(stream => stream, stream => _saved[stream]);
                var content = await CopyAsync();
                var after = Streams.ToDictionary(stream => stream, stream => _begun[stream]);
                var kind = (Damage)(n % 3);
                switch (await CheckAsync(Spoil(content, kind, random), before, after, kind))
                {
                    case null:
                        refused++;
                        break;
                    case true:
                        behind++;
                        break;
                    case false:
                        whole++;
                        break;
                }
            }

            await ending.CancelAsync();
            await saving;
        }

        whole.ShouldBeGreaterThan(Copies / 3, "what was not damaged holds everything that was saved before the copy");
        (refused + behind).ShouldBeGreaterThan(0, "some of the damage hit what counts");
    }

    private enum Damage
    {
        None,
        Cut,
        BitsFlipped,
    }

    private async Task SaveAsync(FilePositionStore store, string stream, CancellationToken ending)
    {
        var token = (await store.AcquireAsync(stream, default)).Token;
        for (var n = 1; !ending.IsCancellationRequested; n++)
        {
            _begun[stream] = n;
            (await store.SaveAsync([new PositionUpdate(stream, token, new StoredPosition($"{n}", DateTimeOffset.UnixEpoch))], default)).ShouldBeEmpty();
            _saved[stream] = n;
        }
    }

    private async Task<byte[]> CopyAsync()
    {
        await using var file = new FileStream(FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        await file.CopyToAsync(copy);
        return copy.ToArray();
    }

    private static byte[] Spoil(byte[] content, Damage kind, Random random)
    {
        if (kind is Damage.Cut)
            return content[..random.Next(content.Length)];
        for (var flips = kind is Damage.BitsFlipped ? random.Next(1, 4) : 0; flips > 0; flips--)
            content[random.Next(content.Length)] ^= (byte)(1 << random.Next(8));
        return content;
    }

    // True: a stream is behind what was saved; false: none is; null: the file was refused.
    private async Task<bool?> CheckAsync(byte[] content, Dictionary<string, int> before, Dictionary<string, int> after, Damage kind)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, content);
        try
        {
            var isBehind = false;
            await using var store = new FilePositionStore(path);
            foreach (var stream in Streams)
            {
                var position = (await store.AcquireAsync(stream, default)).Position is { } stored ? int.Parse(stored.Value, CultureInfo.InvariantCulture) : 0;
                position.ShouldBeLessThanOrEqualTo(after[stream]);
                if (kind is Damage.None)
                    position.ShouldBeGreaterThanOrEqualTo(before[stream]);
                isBehind |= position < before[stream];
            }

            return isBehind;
        }
        catch (PositionStoreException fault)
        {
            kind.ShouldNotBe(Damage.None, fault.Message);
            fault.Message.ShouldContain("its beginning is damaged");
            (await File.ReadAllBytesAsync(path)).ShouldBe(content, "the file is left as it was");
            return null;
        }
        finally
        {
            File.Delete(path);
            File.Delete(path + ".lock");
        }
    }
}
