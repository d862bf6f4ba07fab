namespace McpSseActors.TestServer.Faults;

/// <summary>How the server is to behave.</summary>
public sealed record FaultServerSettings(double Rate, TimeSpan FaultEvery, ulong Seed);

/// <summary>What the server tells its parent, as one line of JSON each time.</summary>
/// <param name="Port">Where it listens.</param>
/// <param name="Produced">How many events there are.</param>
/// <param name="Connections">How many connections were accepted.</param>
/// <param name="Faults">How many faults there were of each kind.</param>
/// <param name="IsOver">Whether all events and faults have passed.</param>
public sealed record FaultServerStatus(int Port, long Produced, int Connections, SortedDictionary<string, int> Faults, bool IsOver);
