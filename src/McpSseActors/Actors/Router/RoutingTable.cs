using McpSseActors.Events;

namespace McpSseActors.Actors.Router;

/// <summary>Where the events of one type go.</summary>
internal sealed class Route(string type, bool isSubscribed, HandlerSlot[] slots)
{
    public string Type => type;

    public bool IsSubscribed => isSubscribed;

    public HandlerSlot[] Slots => slots;

    /// <summary>Whether a handler acts on it, and not only observes.</summary>
    public bool IsHandled { get; } = slots.Any(s => !s.IsObserver);

    /// <summary>The events of this type in the current batch.</summary>
    public int Count { get; set; }
}

/// <summary>Finds the handlers of an event type; remembers a bounded number of types.</summary>
internal sealed class RoutingTable(IEnumerable<string> subscribedEvents, int maxTypes)
{
    /// <summary>Counts all types beyond the bound.</summary>
    public const string OtherTypes = "(other)";

    /// <summary>A longer name is not a type, but an attack on memory.</summary>
    private const int LongestCounted = 256;

    private Subscription _subscription = new(subscribedEvents);
    private readonly Dictionary<string, Route> _routes = new(StringComparer.Ordinal);
    private string[] _numberedTypes = [];
    private Route?[] _numbered = [];
    private readonly List<HandlerSlot> _slots = [];
    private readonly HashSet<string> _countedTypes = new(StringComparer.Ordinal);

    public IReadOnlyList<HandlerSlot> Slots => _slots;

    /// <summary>Changes the types that are let through.</summary>
    public void Subscribe(IEnumerable<string> subscribedEvents)
    {
        _subscription = new Subscription(subscribedEvents);
        Forget();
    }

    public void Add(HandlerSlot slot)
    {
        _slots.Add(slot);
        Forget();
    }

    public void Remove(HandlerSlot slot)
    {
        _slots.Remove(slot);
        Forget();
    }

    /// <summary>The route of an event; found at once when its type has a number that was looked up before.</summary>
    public Route Find(EventBuffer events, int index)
    {
        var number = events.TypeNumber(index);
        if (number == EventTypes.Unnumbered)
            return Find(events.Type(index));
        if (events.Types != _numberedTypes)
            (_numberedTypes, _numbered) = (events.Types, new Route?[events.Types.Length]);
        return _numbered[number] ??= Find(events.Types[number]);
    }

    private Route Find(string type)
    {
        if (_routes.TryGetValue(type, out var route))
            return route;
        route = new Route(
            CountedType(type),
            _subscription.Includes(type),
            [.. _slots.Where(s => s.Pattern.Matches(type))]);
        if (_routes.Count < maxTypes && type.Length <= LongestCounted)
            _routes.Add(type, route);
        return route;
    }

    private void Forget()
    {
        _routes.Clear();
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
