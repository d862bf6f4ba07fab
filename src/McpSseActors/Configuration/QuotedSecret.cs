namespace McpSseActors.Configuration;

/// <summary>
/// Finds credentials that contain the quotation marks around them. Shells remove them, but files of variables, as containers read them, keep them.
/// </summary>
internal static class QuotedSecret
{
    /// <summary>Gets what is quoted; null for nothing.</summary>
    public static string? In(StreamOptions options)
    {
        if (IsQuoted(options.AuthKey))
            return "auth_key";
        return options.CustomHeaders.Where(header => IsQuoted(header.Value) && header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
            .Select(header => $"the header {header.Key}").FirstOrDefault();
    }

    private static bool IsQuoted(string value) => value is ['"', _, .., '"'] or ['\'', _, .., '\''];
}
