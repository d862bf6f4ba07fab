using Akka.Actor;
using Akka.Serialization;

namespace McpSseActors.Handlers;

/// <summary>Finds out, before an actor is created, whether <c>akka.actor.serialize-creators</c> will be able to serialise its props.</summary>
internal static class SerializedCreator
{
    /// <summary>Serialises the arguments as Akka does.</summary>
    /// <returns>The reason why the actor cannot be created; null if it can.</returns>
    public static string? FindFault(Props props, ActorSystem system) => system.Settings.SerializeAllCreators && props.Deploy.Scope is not LocalScope
        ? (props.Arguments ?? []).Select(argument => FindFault(argument, system.Serialization)).FirstOrDefault(fault => fault is not null)
        : null;

    private static string? FindFault(object? argument, Serialization serialization)
    {
        if (argument is null or INoSerializationVerificationNeeded)
            return null;
        try
        {
            var serializer = serialization.FindSerializerFor(argument);
            var bytes = serializer.ToBinary(argument);
            return serialization.Deserialize(bytes, serializer.Identifier, Serialization.ManifestFor(serializer, argument)) is null
                ? Fault("it becomes null") : null;
        }
        catch (Exception fault)
        {
            return Fault(fault.Message);
        }

        string Fault(string reason) =>
            $"akka.actor.serialize-creators is on, and {argument.GetType().Name} of its props cannot be serialised ({reason})";
    }
}
