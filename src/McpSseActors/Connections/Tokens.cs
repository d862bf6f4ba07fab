using McpSseActors.Configuration;

namespace McpSseActors.Connections;

/// <summary>
/// A credential source failed. The reason contains neither a token nor the message of an exception, which might be
/// secret.
/// </summary>
internal sealed class CredentialException(string reason) : Exception($"the credential source {reason}");

/// <summary>Gets the token of an attempt.</summary>
internal static class Tokens
{
    /// <exception cref="CredentialException">
    /// The source threw, or returned a token that is not valid in a header.
    /// </exception>
    public static async ValueTask<string?> GetAsync(StreamOptions options, ServerMemory memory, CancellationToken cancellation)
    {
        if (options.Credentials is not { } source)
            return options.AuthKey;

        string? token;
        try
        {
            token = await source(memory.CredentialContext(options), cancellation).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new CredentialException($"threw {fault.GetType().Name}");
        }

        memory.Gate.Add(token);
        return token is null || Rules.IsVisibleAscii(token) ? token : throw new CredentialException("returned a token that is not visible ASCII");
    }
}
