using Akka.Event;
using McpSseActors.Configuration;

namespace McpSseActors.Actors;

/// <summary>Warns of options that are allowed, and probably wrong.</summary>
internal static class StreamRisks
{
    /// <summary>Warns of what an enabled stream risks with its secrets.</summary>
    public static void Warn(StreamOptions options, ILoggingAdapter log)
    {
        if (!options.Enabled)
            return;
        if (SendsSecretsInTheClear(options))
            log.Warning("Stream {Stream} sends its credentials unencrypted: {Url} is plain http and not this machine; use https",
                options.Name, Redact.Url(options.ServerUrl));
        if (QuotedSecret.In(options) is { } quoted)
            log.Warning("Stream {Stream}: {Key} begins and ends with a quotation mark, which is sent too; remove both marks unless they belong to it", options.Name, quoted);
    }

    private static bool SendsSecretsInTheClear(StreamOptions options) =>
        Uri.TryCreate(options.ServerUrl, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback
        && (options.AuthKey.Length > 0 || options.Credentials is not null || options.CustomHeaders.Keys.Contains("Authorization", StringComparer.OrdinalIgnoreCase));
}
