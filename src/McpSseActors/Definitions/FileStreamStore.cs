using System.Collections.Immutable;
using System.Text.Json;
using McpSseActors.Storage;

namespace McpSseActors.Definitions;

/// <summary>Stores streams in one file, which is replaced with each change. One process at a time. The file is created when a stream is stored first.</summary>
internal sealed class FileStreamStore : IStreamStore
{
    /// <summary>What the file holds.</summary>
    public const string Content = "streams";

    private readonly string _path;
    private ImmutableSortedDictionary<string, StoredStream> _streams = ImmutableSortedDictionary.Create<string, StoredStream>(StringComparer.Ordinal);
    private RecordFile? _file;

    /// <param name="path">The file; beside it lies a lock file, <c>PATH.lock</c>.</param>
    /// <exception cref="PositionStoreException">Another process uses the file, it is not a file of streams, or it cannot be read or written.</exception>
    public FileStreamStore(string path)
    {
        _path = path;
        if (File.Exists(path))
            _file = Open();
    }

    /// <summary>Gets the number of lines that were damaged when the file was opened, and are not used.</summary>
    public int Damaged => _file?.Damaged ?? 0;

    public Task<IReadOnlyCollection<StoredStream>> LoadAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyCollection<StoredStream>>([.. _streams.Values]);

    public Task SaveAsync(StoredStream stream, CancellationToken cancellation) => ChangeAsync(streams => streams.SetItem(stream.Stream, stream), cancellation);

    public Task RemoveAsync(string stream, CancellationToken cancellation) => ChangeAsync(streams => streams.Remove(stream), cancellation);

    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task<ImmutableSortedDictionary<string, StoredStream>> ChangeAsync(Func<ImmutableSortedDictionary<string, StoredStream>, ImmutableSortedDictionary<string, StoredStream>> change, CancellationToken cancellation)
    {
        var file = _file ??= Open();
        return file.InTurnAsync(() =>
        {
            var changed = change(_streams);
            file.Replace(changed.Values.Select(ToJson));
            return _streams = changed;
        }, cancellation);
    }

    private static string ToJson(StoredStream stream) =>
        JsonSerializer.Serialize(new StoredStreamRecord(stream.Stream, stream.Definition), DefinitionJson.Lines.StoredStreamRecord);

    private RecordFile Open()
    {
        try
        {
            return new RecordFile(_path, Content, Read, () => _streams.Values.Select(ToJson));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new PositionStoreException($"Streams cannot be stored in {_path}: {fault.Message}", fault);
        }
    }

    private bool Read(string json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, DefinitionJson.Lines.StoredStreamRecord) is not { Stream: { } name, Definition: { } definition })
                return false;
            _streams = _streams.SetItem(name, new StoredStream(name, definition));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
