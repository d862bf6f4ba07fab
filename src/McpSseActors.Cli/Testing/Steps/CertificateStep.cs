using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Testing.Wire;

namespace McpSseActors.Cli.Testing.Steps;

/// <summary>The server's certificate: whose it is, how long it lives, and what to do when it is not accepted.</summary>
internal static class CertificateStep
{
    private const int SoonInDays = 30;

    public static DiagnosisStep? Of(Opening opening, DateTimeOffset now)
    {
        if (opening.Url.Scheme != Uri.UriSchemeHttps || opening.Tap.Certificate is not { } seen)
            return null;
        var detail = $"{Name(seen.Subject)}, by {Name(seen.Issuer)}, {Life(seen, now)}";
        if (!seen.IsAccepted)
            return new DiagnosisStep(StepNames.Certificate, Verdict.Fail, $"{detail}: {Fault(seen, now)}", null, Remedy(seen, opening, now));
        if (!opening.Options.VerifySsl)
            return new DiagnosisStep(StepNames.Certificate, Verdict.Warn, $"{detail}; not verified", null, "set verify_ssl = true; name an authority of your own with ssl_ca_path");
        return seen.Until - now < TimeSpan.FromDays(SoonInDays)
            ? new DiagnosisStep(StepNames.Certificate, Verdict.Warn, detail, null, string.Create(CultureInfo.InvariantCulture, $"renew it before {seen.Until:yyyy-MM-dd}"))
            : new DiagnosisStep(StepNames.Certificate, Verdict.Pass, detail);
    }

    private static string Life(SeenCertificate seen, DateTimeOffset now) => seen.Until < now
        ? $"expired {Words.Count((long)(now - seen.Until).TotalDays, "day")} ago"
        : $"{Words.Count((long)(seen.Until - now).TotalDays, "day")} left";

    private static string Fault(SeenCertificate seen, DateTimeOffset now) => seen switch
    {
        _ when IsOver(seen, now) => "it is over",
        _ when seen.From > now => "it is not valid yet",
        _ when seen.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => "it is for another host",
        _ when IsUntrusted(seen) => $"its authority is not trusted ({seen.ChainErrors})",
        _ => seen.ChainErrors.Length > 0 ? seen.ChainErrors : seen.Errors.ToString(),
    };

    private static string Remedy(SeenCertificate seen, Opening opening, DateTimeOffset now) => seen switch
    {
        _ when IsOver(seen, now) => "renew the server's certificate",
        _ when seen.From > now => "check the clocks of both machines",
        _ when seen.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => $"write a host in server_url that the certificate names, or have it name {opening.Url.Host}",
        _ when IsUntrusted(seen) && opening.Options.SslCaPath.Length > 0 =>
            "the file of ssl_ca_path has not the authority that signed it: add its certificate in PEM",
        _ when IsUntrusted(seen) => "if it is yours, set ssl_ca_path to a PEM file with its authority's certificate",
        _ => "have the server show another certificate",
    };

    private static bool IsOver(SeenCertificate seen, DateTimeOffset now) => seen.Until < now;

    private static bool IsUntrusted(SeenCertificate seen) =>
        seen.ChainErrors.Contains(nameof(X509ChainStatusFlags.UntrustedRoot), StringComparison.Ordinal)
        || seen.ChainErrors.Contains(nameof(X509ChainStatusFlags.PartialChain), StringComparison.Ordinal);

    // The common name says enough where there is one.
    private static string Name(string distinguished)
    {
        var name = new X500DistinguishedName(distinguished).EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3")
            .Select(part => part.GetSingleElementValue())
            .FirstOrDefault(text => !string.IsNullOrEmpty(text));
        return name ?? distinguished;
    }
}
