namespace McpSseActors.Testing;

/// <summary>A request that a client sent to a <see cref="McpSseTestServer"/>.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, such as <c>/events</c>.</param>
/// <param name="Headers">The headers; their names are compared without case.</param>
/// <param name="Body">The body; empty if there is none.</param>
public sealed record McpSseTestRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>Gets the last event ID after which the client resumes; null if it starts without one.</summary>
    public string? LastEventId => Headers.GetValueOrDefault("Last-Event-ID");
}
