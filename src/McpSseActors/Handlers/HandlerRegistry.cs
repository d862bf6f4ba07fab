using System.Collections.Immutable;
using Akka.Actor;

namespace McpSseActors.Handlers;

/// <summary>
/// The handlers that a stream is meant to have, with unique names. Survives a restart of the router, which creates their actors again
/// from it; touched by that actor alone.
/// </summary>
internal sealed class HandlerRegistry
{
    private readonly List<HandlerRegistration> _registrations = [];

    public IReadOnlyList<HandlerRegistration> All => _registrations;

    /// <summary>Adds a handler, with a number behind its name where that is taken.</summary>
    /// <param name="registration">The handler.</param>
    /// <param name="isTaken">Whether an actor still has the name, for example one that is about to stop.</param>
    public HandlerRegistration Add(HandlerRegistration registration, Func<string, bool> isTaken)
    {
        var name = UniqueName(ValidName(registration.Name), isTaken);
        var added = registration with { Name = name };
        _registrations.Add(added);
        return added;
    }

    public bool Remove(string name) => _registrations.RemoveAll(r => r.Name == name) > 0;

    public ImmutableArray<HandlerInfo> Describe() => [.. _registrations.Select(r => new HandlerInfo(r.Name, r.Pattern.Text))];

    // The name of an actor cannot contain the backquote of a generic class.
    private static string ValidName(string? name) =>
        name is [not '$', ..] && ActorPath.IsValidPathElement(name) ? name : "handler";

    private string UniqueName(string name, Func<string, bool> isTaken)
    {
        var unique = name;
        for (var number = 2; _registrations.Exists(r => r.Name == unique) || isTaken(unique); number++)
            unique = $"{name}-{number}";
        return unique;
    }
}
