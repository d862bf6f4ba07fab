using System.Buffers;
using McpSseActors.Events;

namespace McpSseActors.Actors.Router;

/// <summary>The events of a batch that one handler wants: a chain in a <see cref="PickList"/>.</summary>
internal struct Picks
{
    /// <summary>Where the chain begins, and then where its places do in the array of all.</summary>
    public int First;

    public int Last;

    public int Count;
}

/// <summary>What the handlers want of a batch. Its size is that of what is picked, however many handlers there are.</summary>
internal sealed class PickList
{
    private (int Event, int Next)[] _picks = [];
    private int _lastEvent = -1;

    /// <summary>Whether several handlers want the same event.</summary>
    public bool HasShared { get; private set; }

    /// <summary>How many are picked.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a batch, or a part of one.</summary>
    public void Begin() => (Count, _lastEvent, HasShared) = (0, -1, false);

    /// <summary>Adds an event to what a handler wants.</summary>
    public void Add(ref Picks picked, int index)
    {
        HasShared |= index == _lastEvent;
        _lastEvent = index;
        if (Count == _picks.Length)
            Grow();
        _picks[Count] = (index, -1);
        if (picked.Count++ == 0)
            picked.First = Count;
        else
            _picks[picked.Last].Next = Count;
        picked.Last = Count++;
    }

    /// <summary>Places what the handlers want in one array, one handler after the other.</summary>
    public int[] PlaceAll(EventBuffer events, List<HandlerSlot> slots)
    {
        var places = events.TakePlaces(Count);
        var place = 0;
        foreach (var slot in slots)
        {
            ref var picked = ref slot.Picked;
            var at = picked.First;
            picked.First = place;
            for (var end = place + picked.Count; place < end; place++)
                (places[place], at) = _picks[at];
        }

        return places;
    }

    /// <summary>Gives its memory back, until the next batch: an idle stream holds none.</summary>
    public void End()
    {
        if (_picks.Length > 0)
            ArrayPool<(int, int)>.Shared.Return(_picks);
        _picks = [];
    }

    private void Grow()
    {
        var more = ArrayPool<(int, int)>.Shared.Rent(Math.Max(64, 2 * Count));
        _picks.AsSpan(0, Count).CopyTo(more);
        End();
        _picks = more;
    }
}
