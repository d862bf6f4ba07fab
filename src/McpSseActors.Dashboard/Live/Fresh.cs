namespace McpSseActors.Dashboard.Live;

/// <summary>An answer that is asked for again when it is older than a time; all who ask meanwhile share it. Safe from any thread.</summary>
internal sealed class Fresh<T>(TimeProvider time, TimeSpan age)
{
    private readonly Lock _gate = new();
    private Task<T>? _last;
    private long _askedAt;

    public Task<T> GetAsync(Func<Task<T>> ask)
    {
        lock (_gate)
        {
            if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_askedAt) >= age))
                (_askedAt, _last) = (time.GetTimestamp(), ask());
            return _last;
        }
    }
}
