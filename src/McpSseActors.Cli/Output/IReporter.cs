using System.Collections.Immutable;
using McpSseActors.TestServer.Web;

namespace McpSseActors.Cli.Output;

/// <summary>Tells the user what happens. Safe to call from any thread.</summary>
internal interface IReporter
{
    /// <summary>A remark for people; left out of JSON.</summary>
    void Note(string text);

    /// <summary>An embedded server listens.</summary>
    void Listening(Uri url);

    /// <summary>An embedded server did something.</summary>
    void Server(ServerActivity activity);

    /// <summary>A handler received an event.</summary>
    /// <param name="received">The event.</param>
    /// <param name="handler">The handler; null for none worth a word.</param>
    /// <param name="streamWidth">How wide the column of the stream's name is; 0 for none. JSON always has the name.</param>
    void Event(McpEvent received, string? handler = null, int streamWidth = 0);

    /// <summary>A stream changed its state.</summary>
    void State(StreamStateChanged change);

    /// <summary>A stream's statistics.</summary>
    void Stats(StreamStats stats);

    /// <summary>A configured stream.</summary>
    void Stream(StreamOptions stream);

    /// <summary>The types of events that an MCP server offers.</summary>
    void EventTypes(McpEventTypes types);

    /// <summary>One type of event, with its arguments, its data and an example.</summary>
    void EventType(McpEventDialect dialect, McpEventType type, EventExample example);

    /// <summary>An event that a handler could not handle.</summary>
    /// <param name="letter">The event, and why.</param>
    /// <param name="withData">Whether the event's data is shown.</param>
    void DeadLetter(StoredDeadLetter letter, bool withData);

    /// <summary>A fault of a configuration.</summary>
    void Fault(ConfigurationFault fault);

    /// <summary>One thing that was tested.</summary>
    void Check(TestCheck check);

    /// <summary>One step of a diagnosis.</summary>
    void Step(string stream, DiagnosisStep step);

    /// <summary>What is awaited, and the longest wait. Repeated as progress.</summary>
    void Waiting(string what, TimeSpan left);

    /// <summary>How far a command has come. On a terminal, one line that the next one replaces; otherwise nothing.</summary>
    void Progress(string text);

    /// <summary>The end of a command.</summary>
    void Summary(RunSummary summary);
}

/// <summary>One thing that was tested.</summary>
/// <param name="Name">What should hold.</param>
/// <param name="Passed">Whether it does.</param>
/// <param name="Detail">What was seen.</param>
internal sealed record TestCheck(string Name, bool Passed, string Detail);

/// <summary>The end of a command.</summary>
/// <param name="Command">The command.</param>
/// <param name="Passed">Whether all held.</param>
/// <param name="Verdict">The same in words.</param>
/// <param name="Facts">What else is worth knowing, in order.</param>
/// <param name="ByType">What was counted of each type; empty where nothing was.</param>
internal sealed record RunSummary(
    string Command,
    bool Passed,
    string Verdict,
    ImmutableArray<Fact> Facts,
    ImmutableArray<TypeCount> ByType);

/// <summary>One line of a summary.</summary>
/// <param name="Name">Its name, in snake_case as in JSON.</param>
/// <param name="Value">A number or a text; null is left out.</param>
/// <param name="InVerdict">Whether people read it in the verdict already.</param>
internal sealed record Fact(string Name, object? Value, bool InVerdict = false);

/// <summary>How many events of a type there were.</summary>
/// <param name="Type">The type.</param>
/// <param name="Sent">How many the server made; null where that is not known.</param>
/// <param name="Handled">How many the handlers received.</param>
internal sealed record TypeCount(string Type, long? Sent, long Handled);
