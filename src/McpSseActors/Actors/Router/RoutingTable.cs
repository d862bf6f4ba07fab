using System.Runtime.InteropServices;
using Akka.Actor;
using McpSseActors.Events;

namespace McpSseActors.Actors.Router;

/// <summary>Where the events of one type go.</summary>
internal sealed class Route
{
    private HandlerSlot[] _slots;
    private int _count;
    private int _acting;

    public Route(string type, string countedType, bool isSubscribed, IEnumerable<HandlerSlot> slots)
    {
        EventType = type;
        CountedType = countedType;
        IsSubscribed = isSubscribed;
        _slots = [.. slots.Where(s => s.Pattern.Matches(type))];
        _count = _slots.Length;
        _acting = _slots.Count(s => !s.IsObserver);
    }

    public string EventType { get; }

    /// <summary>Gets the type that the statistics count the events as.</summary>
    public string CountedType { get; }

    /// <summary>The counts of a batch with one event, and that of this type.</summary>
    public (string Type, int Count)[] One => field ??= [(CountedType, 1)];

    public bool IsSubscribed { get; }

    public ReadOnlySpan<HandlerSlot> Slots => _slots.AsSpan(0, _count);

    /// <summary>Gets whether a handler acts on it; an observer only watches.</summary>
    public bool IsHandled => _acting > 0;

    /// <summary>Gets or sets the events of this type in the current batch.</summary>
    public int Count { get; set; }

    public void Add(HandlerSlot slot)
    {
        if (!slot.Pattern.Matches(EventType))
            return;
        if (_count == _slots.Length)
            Array.Resize(ref _slots, Math.Max(4, 2 * _count));
        _slots[_count++] = slot;
        _acting += slot.IsObserver ? 0 : 1;
    }

    public void Remove(HandlerSlot slot)
    {
        var index = Array.IndexOf(_slots, slot, 0, _count);
        if (index < 0)
            return;
        _count--;
        Array.Copy(_slots, index + 1, _slots, index, _count - index);
        _slots[_count] = null!;
        _acting -= slot.IsObserver ? 0 : 1;
    }
}

/// <summary>
/// Finds the handlers of an event type; remembers a bounded number of types. A handler that comes or goes changes the routes of its types only.
/// </summary>
internal sealed class RoutingTable(IEnumerable<string> subscribedEvents, int maxTypes)
{
    /// <summary>The type that all types beyond the bound are counted as.</summary>
    public const string OtherTypes = StreamStats.OtherTypes;

    /// <summary>A longer name is not a type but an attack on memory.</summary>
    private const int LongestCounted = 256;

    private Subscription _subscription = new(subscribedEvents);
    private readonly Dictionary<string, Route> _routes = new(StringComparer.Ordinal);
    private string[] _numberedTypes = [];
    private Route?[] _numbered = [];
    private readonly OrderedDictionary<string, HandlerSlot> _slots = new(StringComparer.Ordinal);
    private readonly HashSet<string> _countedTypes = new(StringComparer.Ordinal);

    public IReadOnlyList<HandlerSlot> Slots => _slots.Values;

    private Dictionary<IActorRef, int> Existing => field ??= [];

    /// <summary>Finds the handler of a name.</summary>
    public HandlerSlot? Find(string name) => _slots.GetValueOrDefault(name);

    /// <summary>Finds the handlers that an actor is.</summary>
    public IReadOnlyList<HandlerSlot> FindAll(IActorRef handler)
    {
        if (Existing.ContainsKey(handler))
            return [.. Slots.Where(s => s.Handler.Equals(handler))];
        return Find(handler.Path.Name) is { } slot && slot.Handler.Equals(handler) ? [slot] : [];
    }

    /// <summary>Changes the types that are let through.</summary>
    public void Subscribe(IEnumerable<string> subscribedEvents)
    {
        _subscription = new Subscription(subscribedEvents);
        Forget();
    }

    public void Add(HandlerSlot slot)
    {
        _slots.Add(slot.Name, slot);
        if (slot.IsExisting)
            Existing[slot.Handler] = Existing.GetValueOrDefault(slot.Handler) + 1;
        foreach (var route in _routes.Values)
            route.Add(slot);
        ForgetUnlisted();
    }

    public void Remove(HandlerSlot slot)
    {
        _slots.Remove(slot.Name);
        if (slot.IsExisting && --CollectionsMarshal.GetValueRefOrNullRef(Existing, slot.Handler) == 0)
            Existing.Remove(slot.Handler);
        foreach (var route in _routes.Values)
            route.Remove(slot);
        ForgetUnlisted();
    }

    /// <summary>The route of an event; found at once when its type has a number that was looked up before.</summary>
    public Route Find(EventBuffer events, int index)
    {
        var number = events.TypeNumber(index);
        if (number == EventTypes.Unnumbered)
            return RouteOf(events.Type(index));
        if (events.Types != _numberedTypes)
            (_numberedTypes, _numbered) = (events.Types, new Route?[events.Types.Length]);
        return _numbered[number] ??= RouteOf(events.Types[number]);
    }

    private Route RouteOf(string type)
    {
        if (_routes.TryGetValue(type, out var route))
            return route;
        route = new Route(type, CountedType(type), _subscription.Includes(type), Slots);
        if (_routes.Count < maxTypes && type.Length <= LongestCounted)
            _routes.Add(type, route);
        return route;
    }

    private void Forget()
    {
        _routes.Clear();
        Array.Clear(_numbered);
    }

    // Of the routes with a number, all but those of types beyond the bound are listed as well, and up to date.
    private void ForgetUnlisted()
    {
        if (_routes.Count >= maxTypes)
            Array.Clear(_numbered);
    }

    // The keys of the statistics stay bounded for the life of the stream, even when the routes are cleared.
    private string CountedType(string type)
    {
        if (type.Length > LongestCounted || (!_countedTypes.Contains(type) && _countedTypes.Count >= maxTypes))
            return OtherTypes;
        _countedTypes.Add(type);
        return type;
    }
}
