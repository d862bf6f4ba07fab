using System.Collections.Immutable;

namespace McpSseActors.Actors.Stats;

/// <summary>The handlers that a stream is meant to have and has not; the last reason for each name. Its count may be read from any thread.</summary>
internal sealed class StoppedHandlers
{
    private const int Most = 100;

    private volatile ImmutableList<StoppedHandler> _all = [];

    public int Count => _all.Count;

    public ImmutableArray<StoppedHandler> All => [.. _all];

    public void Add(StoppedHandler handler)
    {
        Remove(handler.Name);
        _all = (_all.Count < Most ? _all : _all.RemoveAt(0)).Add(handler);
    }

    public void Remove(string name) => _all = _all.RemoveAll(each => each.Name == name);
}
