using System.Collections.Frozen;
using System.Net;

namespace McpSseActors;

/// <summary>What a <see cref="CredentialSource"/> is told when it is asked for a token.</summary>
/// <param name="url">The <c>server_url</c> of the stream.</param>
/// <param name="refusal">The status with which the server refused the former credentials; null if it didn't.</param>
/// <param name="challenge">The challenge that came with that status; null if none came.</param>
public sealed class CredentialContext(Uri url, HttpStatusCode? refusal = null, CredentialChallenge? challenge = null)
{
    /// <summary>Gets the <c>server_url</c> of the stream.</summary>
    public Uri Url => url;

    /// <summary>
    /// Gets the status with which the server refused the former credentials, or a request without any: 401 or 403. Null
    /// if its last answer was another one, and at the start.
    /// </summary>
    public HttpStatusCode? Refusal => refusal;

    /// <summary>Gets whether the server refused the former credentials: get a new token, and not the one from a cache.</summary>
    public bool WasRefused => refusal is not null;

    /// <summary>Gets the challenge that came with <see cref="Refusal"/>, <c>Bearer</c> first; null if none came.</summary>
    public CredentialChallenge? Challenge => challenge;
}

/// <summary>
/// What a server asks for with 401 or 403 (<c>WWW-Authenticate</c>, RFC 9110, 11.6.1). These are words of the server: check a URL before you use it.
/// </summary>
/// <param name="scheme">The scheme: <c>Bearer</c>.</param>
/// <param name="parameters">The parameters by name.</param>
public sealed class CredentialChallenge(string scheme, IEnumerable<KeyValuePair<string, string>> parameters)
{
    /// <summary>Gets the scheme, as the server wrote it: <c>Bearer</c>.</summary>
    public string Scheme => scheme;

    /// <summary>Gets the parameters by name, which is not case-sensitive. The first of a name counts.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; } =
        parameters.DistinctBy(parameter => parameter.Key, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the scope that a token needs (RFC 6750, 3); null if the server names none.</summary>
    public string? Scope => Parameters.GetValueOrDefault("scope");

    /// <summary>Gets where the metadata of the resource is (RFC 9728, 5.1), which name the authorization servers; null if the server doesn't say.</summary>
    public string? ResourceMetadata => Parameters.GetValueOrDefault("resource_metadata");

    /// <summary>Gets why the token was refused (RFC 6750, 3.1): <c>invalid_token</c>, <c>insufficient_scope</c>; null if the server doesn't say.</summary>
    public string? Error => Parameters.GetValueOrDefault("error");
}
