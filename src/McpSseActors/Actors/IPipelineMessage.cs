using Akka.Actor;
using Akka.Event;

namespace McpSseActors.Actors;

/// <summary>Marks the messages inside the pipeline of a stream. They never leave the process, and one that arrives too late is not a dead letter.</summary>
internal interface IPipelineMessage : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Marks the messages to the supervisor about streams that a cluster places.</summary>
internal interface IPlacement : IPipelineMessage;
