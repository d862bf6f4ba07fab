namespace McpSseActors.Hosting;

public sealed partial class McpSseBuilder
{
    private DurableDelivery? _delivery;

    /// <summary>
    /// Stores how far the handlers of each stream have come, so that a new process resumes there: each handler with
    /// <see cref="HandlerOverflow.BackPressure"/> gets each event at least once, if the server can send it again.
    /// </summary>
    /// <param name="configure">Says where positions are stored: <c>delivery => delivery.InFile("mcp-sse.positions")</c>.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">No store was named.</exception>
    public McpSseBuilder WithDurableDelivery(Action<DurableDelivery> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var delivery = new DurableDelivery();
        configure(delivery);
        if (delivery.Open is null)
            throw new ArgumentException("Say where positions are stored: InFile, InDatabase, InTransactionsOf or In.", nameof(configure));
        _delivery = delivery;
        return this;
    }
}
