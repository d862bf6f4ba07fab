using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpSseActors.Configuration;

/// <summary>Who a stream is for its server, as far as its options tell.</summary>
internal static class Principal
{
    /// <summary>Whether two may be the same: what is unknown may be anybody.</summary>
    public static bool MayBe(string one, string other) => one.Length == 0 || other.Length == 0 || one == other;

    /// <summary>Gets the principal of options.</summary>
    /// <returns>The user name of Basic, or issuer and subject of a JWT, which stay when a secret is replaced; empty if unknown.</returns>
    public static string Of(StreamOptions options)
    {
        if (options.Credentials is not null)
            return "";
        if (options.AuthKey.Length > 0)
            return SubjectOf(options.AuthKey);
        var authorization = options.CustomHeaders.FirstOrDefault(header => header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)).Value ?? "";
        return authorization.Split(' ', 2, StringSplitOptions.TrimEntries) switch
        {
            [var scheme, var user] when scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) => UserOf(user),
            [var scheme, var token] when scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) => SubjectOf(token),
            _ => "",
        };
    }

    private static string UserOf(string credentials)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(credentials));
            var colon = text.IndexOf(':');
            return colon < 0 ? "" : $"basic {text[..colon]}";
        }
        catch (FormatException)
        {
            return "";
        }
    }

    // The signature is the server's matter: a forged token gets nothing from it.
    private static string SubjectOf(string token)
    {
        try
        {
            return token.Split('.') is [_, var payload, _] && JsonNode.Parse(Base64Url.DecodeFromChars(payload)) is JsonObject claims
                && (string?)claims["sub"] is { Length: > 0 } subject
                ? $"jwt {(string?)claims["iss"]}\n{subject}"
                : "";
        }
        catch (Exception fault) when (fault is FormatException or JsonException or InvalidOperationException or ArgumentException)
        {
            return "";
        }
    }
}
