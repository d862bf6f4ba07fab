namespace McpSseActors.Configuration;

/// <summary>
/// A stream's options as they are now. Set by its StreamActor alone, which tells its actors of the change; an actor that is restarted starts
/// from here.
/// </summary>
internal sealed class LiveOptions(StreamOptions options)
{
    private volatile StreamOptions _value = options;

    public StreamOptions Value
    {
        get => _value;
        set
        {
            _value = value;
            Gate.ApplyOptions(value);
        }
    }

    /// <summary>Gets or sets the subscriptions that were changed at run time and are stored; null for none.</summary>
    public McpSubscriptions? Subscriptions { get; set; }

    /// <summary>Gets what an MCP stream listens to.</summary>
    public McpListenOptions Listen => _value switch
    {
        { Transport: var transport } when transport == StreamTransport.Events => McpListenOptions.Nothing,
        { Mcp: var configured } => Subscriptions is { } stored ? configured.With(stored) : configured,
    };

    /// <summary>Gets what hides the stream's secrets in words of the server.</summary>
    public SecretGate Gate { get; } = new(options);

    public static implicit operator LiveOptions(StreamOptions options) => new(options);
}
