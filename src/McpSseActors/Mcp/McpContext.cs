using System.Text;
using McpSseActors.Configuration;

namespace McpSseActors.Mcp;

/// <summary>What the parts of one attempt share.</summary>
/// <param name="Options">The stream's options.</param>
/// <param name="State">What outlives the attempt.</param>
/// <param name="Http">Its requests.</param>
internal sealed record McpContext(StreamOptions Options, McpState State, McpHttp Http)
{
    /// <summary>The requests that wait for an answer.</summary>
    public PendingRequests Pending { get; } = new();

    /// <summary>Hides what nobody but the server should know in what it says.</summary>
    public Scrubber Scrubber => new(Options, Http.Token, State.Session?.Id);

    /// <summary>Whether a notification was asked for. Older servers tell of every change unasked.</summary>
    public bool Wants(ReadOnlySpan<byte> method)
    {
        var wanted = State.Wanted;
        return !((!wanted.ToolsChanged && Is(method, McpProtocol.ToolsChanged))
            || (!wanted.PromptsChanged && Is(method, McpProtocol.PromptsChanged))
            || (!wanted.ResourcesChanged && Is(method, McpProtocol.ResourcesChanged)));
    }

    private static bool Is(ReadOnlySpan<byte> method, string name) => Ascii.Equals(method, name);
}
