namespace McpSseActors;

/// <summary>
/// Gives the Bearer token for a connection attempt, so that a short-lived token is always fresh. Asked once per attempt, and once
/// more after a 401 or 403; with an MCP transport once for each request of the attempt. An empty or null token sends no header; an exception counts as a failed attempt.
/// </summary>
/// <param name="cancellation">Cancelled when the attempt's <c>connection_timeout</c> has passed or the stream stops.</param>
public delegate ValueTask<string?> CredentialSource(CancellationToken cancellation);
