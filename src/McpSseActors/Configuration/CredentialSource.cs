namespace McpSseActors;

/// <summary>
/// Gets the Bearer token for a connection attempt, so that a short-lived token is always fresh. Called once for each attempt, and once more after
/// a 401 or 403; with an MCP transport, once for each request of the attempt. An empty or null token sends no header; an exception counts as a
/// failed attempt.
/// </summary>
/// <param name="context">The server, and how it answered the former credentials.</param>
/// <param name="cancellation">Cancelled when the attempt's <c>connection_timeout</c> has passed or the stream stops.</param>
/// <returns>The token; null or empty for none.</returns>
public delegate ValueTask<string?> CredentialSource(CredentialContext context, CancellationToken cancellation);
