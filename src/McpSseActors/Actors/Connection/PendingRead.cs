using System.Runtime.CompilerServices;
using McpSseActors.Connections;

namespace McpSseActors.Actors.Connection;

/// <summary>Waits for a read, one at a time. Unlike a piped task, it allocates nothing: streams with an event now and then wait once for each.</summary>
/// <param name="onRead">Called with what was read, on the thread that received it.</param>
/// <param name="onFault">Called if the read, or <paramref name="onRead"/>, failed.</param>
internal sealed class PendingRead(Action<Chunk> onRead, Action<Exception> onFault)
{
    private ConfiguredValueTaskAwaitable<Chunk>.ConfiguredValueTaskAwaiter _read;
    private Action? _end;

    public void Await(ValueTask<Chunk> read)
    {
        _read = read.ConfigureAwait(false).GetAwaiter();
        _read.UnsafeOnCompleted(_end ??= End);
    }

    private void End()
    {
        var read = _read;
        _read = default;
        try
        {
            onRead(read.GetResult());
        }
        catch (Exception fault)
        {
            onFault(fault);
        }
    }
}
