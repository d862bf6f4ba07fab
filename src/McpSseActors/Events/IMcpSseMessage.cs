namespace McpSseActors;

/// <summary>Marks the messages that may leave the process; they are serialised as JSON.</summary>
public interface IMcpSseMessage;
