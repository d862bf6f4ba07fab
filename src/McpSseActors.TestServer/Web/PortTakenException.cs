namespace McpSseActors.TestServer.Web;

/// <summary>A server cannot listen on its port. The message names another choice.</summary>
internal sealed class PortTakenException(string message) : IOException(message);
