namespace McpSseActors.Dashboard;

/// <summary>Says who may do what in the dashboard, beyond opening it, which the authorization of its endpoints decides.</summary>
public sealed class DashboardOptions
{
    /// <summary>
    /// Gets or sets the name of the authorization policy of operators: who may start, stop and restart streams, clear recent events, and retry and
    /// discard dead letters. Everyone else only reads.
    /// </summary>
    /// <value>Default: <see langword="null"/>, everyone who may open the dashboard.</value>
    public string? OperatorPolicy { get; set; }

    /// <summary>
    /// Gets or sets the name of the authorization policy for users who may see the data of events. Others see types, IDs, times and lengths, can't search
    /// in data, and see only the type of the exception of a dead letter, because its message may quote the data.
    /// </summary>
    /// <value>Default: <see langword="null"/>, everyone who may open the dashboard.</value>
    public string? PayloadPolicy { get; set; }

    /// <summary>Gets or sets whether all users can only read.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IsReadOnly { get; set; }
}
