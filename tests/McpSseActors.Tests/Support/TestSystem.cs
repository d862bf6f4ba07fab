using Akka.Configuration;
using McpSseActors.Actors;

namespace McpSseActors.Tests.Support;

/// <summary>The configuration of a test's own actor system: every message that can leave the process is serialised.</summary>
internal static class TestSystem
{
    public static Config Config { get; } = ConfigurationFactory.ParseString("""
        akka.actor.serialize-messages = on
        akka.loglevel = WARNING
        """).WithFallback(PipelineSettings.Reference);
}
