namespace McpSseActors.Events;

/// <summary>What an event of an MCP subscription has besides its data. Its last event ID is the cursor after it.</summary>
/// <param name="Id">Its ID, UTF-8.</param>
/// <param name="Time">When it happened, as the server wrote it.</param>
/// <param name="Trace">The trace context that came with it: traceparent, and tracestate after a space; null for none.</param>
internal sealed record Occurrence(byte[] Id, string? Time, string? Trace = null);
