using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace McpSseActors.Connections;

/// <summary>Reads the challenges of a response.</summary>
internal static partial class Challenges
{
    /// <summary>Gets the challenge for Bearer tokens, or the first one; null if there is none.</summary>
    public static CredentialChallenge? Find(HttpResponseMessage response)
    {
        AuthenticationHeaderValue[] all = [.. response.Headers.WwwAuthenticate];
        var found = Array.Find(all, challenge => challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) ?? all.FirstOrDefault();
        return found is null ? null : new CredentialChallenge(found.Scheme, Parameter().Matches(found.Parameter ?? "").Select(Read));
    }

    private static KeyValuePair<string, string> Read(Match match) =>
        new(match.Groups["name"].Value, match.Groups["token"].Success ? match.Groups["token"].Value : Escaped().Replace(match.Groups["text"].Value, "$1"));

    // RFC 9110, 11.2: token = ( token / quoted-string ).
    [GeneratedRegex("""(?<name>[^\s,="]+)[ \t]*=[ \t]*(?:"(?<text>(?:[^"\\]|\\.)*)"|(?<token>[^\s,"]+))""", RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escaped();
}
