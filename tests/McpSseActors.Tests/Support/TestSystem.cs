using Akka.Configuration;
using McpSseActors.Actors;

namespace McpSseActors.Tests.Support;

/// <summary>The configuration of a test's own actor system: every message that can leave the process is serialised.</summary>
internal static class TestSystem
{
    // A message that comes at all comes at once, but for a machine that is busy.
    public static Config Config { get; } = ConfigurationFactory.ParseString("""
        akka.actor.serialize-messages = on
        akka.loglevel = WARNING
        akka.test.single-expect-default = 30s
        """).WithFallback(PipelineSettings.Reference);
}
