using System.Text;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>The objects that the parts of one attempt share.</summary>
/// <param name="Options">The stream's options.</param>
/// <param name="State">The state that outlives the attempt.</param>
/// <param name="Http">Its requests.</param>
internal sealed record McpContext(StreamOptions Options, McpState State, McpHttp Http)
{
    /// <summary>Gets the requests that wait for an answer.</summary>
    public PendingRequests Pending { get; } = new();

    /// <summary>Gets what hides secrets in text of the server.</summary>
    public SecretRedactor Redactor => State.Gate.Redactor;

    /// <summary>Whether a notification was requested. Older servers send every change, requested or not.</summary>
    public bool Wants(ReadOnlySpan<byte> method)
    {
        var wanted = State.Wanted;
        return !((!wanted.ToolsChanged && Is(method, NotificationMethods.ToolListChangedNotification))
            || (!wanted.PromptsChanged && Is(method, NotificationMethods.PromptListChangedNotification))
            || (!wanted.ResourcesChanged && Is(method, NotificationMethods.ResourceListChangedNotification)));
    }

    private static bool Is(ReadOnlySpan<byte> method, string name) => Ascii.Equals(method, name);
}
