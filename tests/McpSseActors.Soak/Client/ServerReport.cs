using McpSseActors.TestServer.Faults;

namespace McpSseActors.Soak.Client;

/// <summary>What the server's process tells its parent, as one line of JSON each time.</summary>
/// <param name="Server">What the server says of itself.</param>
/// <param name="Handled">What its parent says that it has handled.</param>
internal sealed record ServerReport(FaultServerStatus Server, HandledCount Handled);
