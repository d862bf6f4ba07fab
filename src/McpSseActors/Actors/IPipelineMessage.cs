using Akka.Actor;
using Akka.Event;

namespace McpSseActors.Actors;

/// <summary>Messages inside one stream's pipeline. They never leave the process, and what comes too late for anyone is no news.</summary>
internal interface IPipelineMessage : INoSerializationVerificationNeeded, IDeadLetterSuppression;
