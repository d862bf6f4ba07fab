namespace McpSseActors.Soak.Client;

/// <summary>The events that were handled, as the server's process counts them: 1, 2, 3, ...</summary>
/// <param name="Last">The last one.</param>
/// <param name="Lost">How many were left out.</param>
/// <param name="Repeated">How many came again.</param>
internal sealed record HandledCount(long Last = 0, long Lost = 0, long Repeated = 0)
{
    public HandledCount Add(long number) => number > Last
        ? new HandledCount(number, Lost + number - Last - 1, Repeated)
        : this with { Repeated = Repeated + 1 };
}
