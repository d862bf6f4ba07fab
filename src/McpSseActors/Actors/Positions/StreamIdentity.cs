using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpSseActors.Configuration;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Positions;

/// <summary>What a stored position belongs to. A position of another stream, or of what another principal sees of it, means nothing here.</summary>
/// <param name="Source">The URL without its query, which may be secret, and changes with it.</param>
/// <param name="Transport">The name of the transport; empty if unknown.</param>
/// <param name="Principal">
/// A hash of the principal: the user name of Basic, or issuer and subject of a JWT, which stay when a secret is replaced. Empty if unknown.
/// </param>
internal sealed record StreamIdentity(string Source, string Transport = "", string Principal = "") : StreamSource
{
    private const int HashLength = 32;

    public static StreamIdentity Of(StreamOptions options)
    {
        var source = Uri.TryCreate(options.ServerUrl, UriKind.Absolute, out var url) ? url.GetLeftPart(UriPartial.Path) : "";
        if (options.Transport == StreamTransport.Events)
            source += $"#{Uri.EscapeDataString(options.Event.Name)}/{Hash(Compact(options.Event.Arguments))}";
        var principal = Configuration.Principal.Of(options);
        return new StreamIdentity(source, options.Transport.ToString(), principal.Length == 0 ? "" : Hash($"{source}\n{principal}"));
    }

    /// <summary>Says why a position of another identity cannot be used.</summary>
    /// <returns>The reason; null if it can. What is unknown of either matches anything.</returns>
    public string? Refuse(StreamIdentity other)
    {
        if (other.Source != Source && other.Source.Split('#')[0] == Source.Split('#')[0])
            return "it is one of another event type, or of other arguments";
        if (other.Source != Source)
            return $"it is one of {Redact.Url(other.Source)} and not of {Redact.Url(Source)}";
        if (!Match(Family(other.Transport), Family(Transport)) || (!IsAuto(other) && !IsAuto(this) && !Match(other.Transport, Transport)))
            return $"it is one of the transport {other.Transport} and not of {Transport}";
        return Match(other.Principal, Principal) ? null : "it is one of another principal: the user name, or the subject of the token, has changed";
    }

    // Written with other spaces, the arguments are the same.
    private static string Compact(string arguments)
    {
        try
        {
            return JsonNode.Parse(arguments)!.ToJsonString();
        }
        catch (JsonException)
        {
            return arguments;
        }
    }

    private static bool Match(string one, string other) => one.Length == 0 || other.Length == 0 || one == other;

    private static bool IsAuto(StreamIdentity identity) => identity.Transport == StreamTransport.Auto.ToString();

    // With auto, the transport is any of MCP.
    private static string Family(string transport) => transport.Length == 0 || transport == StreamTransport.Sse.ToString() ? transport : "mcp";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
}
