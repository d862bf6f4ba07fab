using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using McpSseActors.Actors;

namespace McpSseActors.Hosting;

/// <summary>What must hold when the actor system of a host has started, before its streams do.</summary>
internal static class StartCheck
{
    /// <summary>The key that <c>WithMcpSse</c> sets in the HOCON of its actor system.</summary>
    public const string Marker = "mcp-sse.is-hosted";

    private static readonly Type[] SentToHandlers = [typeof(Identify), typeof(ActorIdentity), typeof(PoisonPill), typeof(Status.Failure)];

    /// <summary>Whether <c>WithMcpSse</c> was called for an actor system.</summary>
    public static bool IsHosted(Config config) => config.HasPath(Marker);

    /// <exception cref="McpSseConfigurationException">Something does not hold; names every fault.</exception>
    public static void Run(McpSseSetup setup, ActorSystem system)
    {
        ImmutableArray<ConfigurationFault> faults =
        [
            .. setup.Handlers.Select(each => each.Handler).Select(handler => HandlerFault(handler, system)).OfType<ConfigurationFault>(),
            .. SettingFaults(system),
            .. SerializationFaults(system),
        ];
        if (!faults.IsEmpty)
            throw new McpSseConfigurationException(faults);
    }

    // The supervisor would fail after the host has started.
    private static ImmutableArray<ConfigurationFault> SettingFaults(ActorSystem system)
    {
        try
        {
            PipelineSettings.Create(system.Settings.Config);
            return [];
        }
        catch (McpSseConfigurationException wrong)
        {
            return wrong.Faults;
        }
    }

    private static ConfigurationFault? HandlerFault(HandlerRegistration handler, ActorSystem system) => handler.FindFault(system) is { } reason
        ? new ConfigurationFault("code", null, null, null, $"the handler {handler.Name} of {handler.Pattern.Text} cannot be created: {reason}", handler.Remedy)
        : null;

    // Handlers answer Identify. If it cannot be sent, every event stays in flight.
    private static IEnumerable<ConfigurationFault> SerializationFaults(ActorSystem system)
    {
        var settings = system.Settings.Config.GetConfig("akka.actor");
        if (!settings.GetBoolean("serialize-messages") || settings.GetBoolean("serialization-settings.allow-unregistered-types", true))
            return [];
        return SentToHandlers.Where(type => !IsBound(type, system)).Select(type => new ConfigurationFault(
            "HOCON", null, null, "akka.actor.serialization-settings.allow-unregistered-types",
            $"with serialize-messages, {type.FullName} must be sent to handlers, but has no serializer",
            "bind it in akka.actor.serialization-bindings, or turn serialize-messages off"));
    }

    private static bool IsBound(Type type, ActorSystem system)
    {
        try
        {
            return system.Serialization.FindSerializerForType(type) is not null;
        }
        catch (SerializationException)
        {
            return false;
        }
    }
}
