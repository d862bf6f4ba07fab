using System.Collections.Frozen;
using System.Text.Json;
using Akka.Actor;

namespace McpSseActors.Messages;

/// <summary>
/// The names of the messages on the wire. A message may get new properties that are not required, which other versions ignore. One that
/// changes in another way gets another name, and the old name stays readable.
/// </summary>
internal static class WireNames
{
    private static readonly FrozenDictionary<string, Type> Types = typeof(McpEvent).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false, IsGenericTypeDefinition: false } && typeof(IMcpSseMessage).IsAssignableFrom(type)
            && !typeof(INoSerializationVerificationNeeded).IsAssignableFrom(type))
        .ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>The name of a message.</summary>
    /// <exception cref="JsonException">It does not leave the process.</exception>
    public static string Of(Type type) => Types.GetValueOrDefault(type.Name) == type ? type.Name : throw new JsonException($"{type.Name} does not leave the process.");

    /// <summary>The message of a name, or of the full name of its type, which earlier versions send. Names come from outside.</summary>
    /// <exception cref="JsonException">It is not one of a message.</exception>
    public static Type TypeOf(string name) => Find(name) ?? throw new JsonException($"'{name}' is not a message of this library.");

    /// <summary>As <see cref="TypeOf"/>; null if it is not one of a message.</summary>
    public static Type? Find(string name) =>
        Types.GetValueOrDefault(name) ?? (Types.GetValueOrDefault(name[(name.LastIndexOf('.') + 1)..]) is { } type && type.FullName == name ? type : null);
}
