using System.Collections.Immutable;
using System.Runtime.Serialization;
using McpSseActors.Configuration;

namespace McpSseActors;

/// <summary>A configuration that cannot be used. Holds every fault that was found, not only the first.</summary>
public sealed class McpSseConfigurationException : Exception
{
    /// <summary>Creates the exception; its message has one line for each fault.</summary>
    /// <param name="faults">The faults, at least one.</param>
    public McpSseConfigurationException(ImmutableArray<ConfigurationFault> faults)
        : base(string.Join(Environment.NewLine, faults)) => Faults = faults;

    // For Akka.Remote, which loses an exception without such a constructor.
    private McpSseConfigurationException(SerializationInfo info, StreamingContext context)
        : base(info.GetString(nameof(Message))) => Faults = [];

    /// <summary>Gets the faults, in the order of the file; empty if the exception comes from another process, where only its message tells them.</summary>
    public ImmutableArray<ConfigurationFault> Faults { get; }
}

/// <summary>A fault of a configuration: its place, the problem, and the remedy.</summary>
/// <param name="Source">The file, environment variable or section.</param>
/// <param name="Line">The line from 1; null if unknown.</param>
/// <param name="Column">The column from 1; null if unknown.</param>
/// <param name="Key">The key, as <c>mcp_sse.read_timeout</c>; null if unknown.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Remedy">What would be right.</param>
public sealed record ConfigurationFault(string Source, int? Line, int? Column, string? Key, string Problem, string Remedy)
{
    /// <summary>Returns one line of printable text, as compilers write it: <c>file(line,column): key: problem; remedy</c>.</summary>
    public override string ToString()
    {
        var place = Line is null ? Source : $"{Source}({Line},{Column})";
        var key = Key is null ? "" : $"{Redact.Line(Key)}: ";
        return Redact.Printable($"{place}: {key}{Problem}; {Remedy}");
    }
}
