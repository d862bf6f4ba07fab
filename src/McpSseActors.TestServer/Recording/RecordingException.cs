namespace McpSseActors.TestServer.Recording;

/// <summary>A recording cannot be read. The message names the line and what would be right.</summary>
public sealed class RecordingException(string message) : Exception(message);
