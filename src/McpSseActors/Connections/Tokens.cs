using McpSseActors.Configuration;

namespace McpSseActors.Connections;

/// <summary>A credential source failed. The reason tells neither a token nor an exception's message: that may be more than a log should know.</summary>
internal sealed class CredentialException(string reason) : Exception($"the credential source {reason}");

/// <summary>Gives the token of an attempt.</summary>
internal static class Tokens
{
    /// <exception cref="CredentialException">The source threw, or gave what no header can carry.</exception>
    public static async ValueTask<string?> GetAsync(StreamOptions options, CancellationToken cancellation)
    {
        if (options.Credentials is not { } source)
            return options.AuthKey;

        string? token;
        try
        {
            token = await source(cancellation).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new CredentialException($"threw {fault.GetType().Name}");
        }

        return token is null || Rules.IsVisibleAscii(token) ? token : throw new CredentialException("gave a token that is no visible ASCII");
    }
}
