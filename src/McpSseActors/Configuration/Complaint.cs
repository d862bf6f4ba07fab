namespace McpSseActors.Configuration;

/// <summary>What is wrong with a value and what would be right, wherever the value was written.</summary>
internal sealed record Complaint(string Problem, string Remedy)
{
    /// <summary>The value is missing.</summary>
    public static readonly Complaint Null = new("the value is null", "write one, or leave the default");
}

/// <summary>Where something was written, and under which dotted key.</summary>
internal sealed record Place(string Source, int? Line, int? Column, string Key)
{
    public ConfigurationFault Fault(Complaint complaint) => new(Source, Line, Column, Key, complaint.Problem, complaint.Remedy);
}
