using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>What a server posts to a webhook.</summary>
internal enum WebhookKind
{
    /// <summary>An event.</summary>
    Event,

    /// <summary>Events may be missing.</summary>
    Gap,

    /// <summary>The subscription has ended.</summary>
    Terminated,

    /// <summary>Something that a later version of the protocol knows.</summary>
    Other,
}

/// <summary>Something that a server has posted, and that waits to be handled.</summary>
/// <param name="id">Its ID.</param>
/// <param name="kind">What it is.</param>
/// <param name="body">Its JSON.</param>
/// <param name="onCompleted">Called once it is handled, or will not be.</param>
internal sealed class WebhookPost(string id, WebhookKind kind, ReadOnlyMemory<byte> body, Action<WebhookPost> onCompleted) : IReceipt
{
    private readonly TaskCompletionSource<bool> _handled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public WebhookKind Kind => kind;

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>Gets whether it was handled, once that is known.</summary>
    public Task<bool> Handled => _handled.Task;

    public void Complete(bool isHandled)
    {
        onCompleted(this);
        _handled.TrySetResult(isHandled);
    }
}
