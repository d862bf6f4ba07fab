using System.Collections.Immutable;
using Akka.Actor;

namespace McpSseActors.Handlers;

/// <summary>
/// The handlers that a stream should have, each with its own name. Survives a restart of the router, which creates their
/// actors again from it. Used by that actor alone.
/// </summary>
internal sealed class HandlerRegistry
{
    private readonly OrderedDictionary<string, HandlerRegistration> _registrations = new(StringComparer.Ordinal);
    private readonly HandlerNames _names = new();

    public IReadOnlyList<HandlerRegistration> All => _registrations.Values;

    /// <summary>Gets how many handlers have a pattern that matches every type.</summary>
    public int GlobalHandlers { get; private set; }

    /// <summary>Gets the number of the other handlers by their pattern.</summary>
    public ImmutableSortedDictionary<string, int> HandlersByType { get; private set; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>Adds a handler, with a number after its name if that is taken.</summary>
    /// <param name="registration">The handler.</param>
    /// <param name="isTaken">Tells whether an actor still has a name, for example one that is about to stop.</param>
    public HandlerRegistration Add(HandlerRegistration registration, Func<string, bool> isTaken)
    {
        var name = _names.Take(ValidName(registration.Name), name => _registrations.ContainsKey(name) || isTaken(name));
        var added = name == registration.Name ? registration : registration with { Name = name };
        _registrations.Add(added.Name, added);
        Count(added.Pattern, 1);
        return added;
    }

    public void Remove(string name)
    {
        if (!_registrations.Remove(name, out var removed))
            return;
        _names.Free(name);
        Count(removed.Pattern, -1);
    }

    private void Count(EventPattern pattern, int change)
    {
        if (pattern.IsGlobal)
        {
            GlobalHandlers += change;
            return;
        }

        var count = HandlersByType.GetValueOrDefault(pattern.Text) + change;
        HandlersByType = count == 0 ? HandlersByType.Remove(pattern.Text) : HandlersByType.SetItem(pattern.Text, count);
    }

    // The name becomes the name of an actor, which can't contain, for example, the backquote of a generic class.
    private static string ValidName(string? name) =>
        name is [not '$', ..] && ActorPath.IsValidPathElement(name) ? name : "handler";
}
