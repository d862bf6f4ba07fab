using System.Net;
using System.Security.Authentication;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Testing.Wire;
using McpSseActors.Diagnostics;

namespace McpSseActors.Cli.Testing.Steps;

/// <summary>The way to the server: proxy, DNS, TCP, TLS.</summary>
internal static class WaySteps
{
    public static DiagnosisStep? Setup(Opening opening) => opening is { IsOpen: false, Tap.Dial: null }
        ? DiagnosisStep.Failed(StepNames.Setup, opening.Reason)
        : null;

    public static DiagnosisStep? Proxy(Opening opening) => DiagnosisPort.ProxyOf(opening.Options) is { } proxy
        ? new DiagnosisStep(StepNames.Proxy, Verdict.Pass, $"{proxy.GetLeftPart(UriPartial.Authority)}, from {(opening.Options.ProxyUrl.Length > 0 ? "proxy_url" : "the environment")}")
        : null;

    public static DiagnosisStep? Dns(Opening opening)
    {
        var dial = opening.Tap.Dial!;
        if (dial.Addresses is not { } addresses)
            return DiagnosisStep.Failed(StepNames.Dns, opening.Outcome is null ? $"no answer about {dial.Target.Host} within {Words.Seconds(opening.Time)}; check DNS" : opening.Reason, dial.DnsTime);
        return IPAddress.TryParse(dial.Target.Host, out _)
            ? new DiagnosisStep(StepNames.Dns, Verdict.Pass, $"{dial.Target.Host} needs no look-up")
            : new DiagnosisStep(StepNames.Dns, Verdict.Pass, $"{dial.Target.Host} is {string.Join(", ", addresses.Select(address => address.ToString()))}", dial.DnsTime);
    }

    public static DiagnosisStep? Tcp(Opening opening)
    {
        var dial = opening.Tap.Dial!;
        if (dial.Peer is not null)
            return new DiagnosisStep(StepNames.Tcp, Verdict.Pass, $"connected to {Shown(dial.Peer)}{Others(dial)}", dial.TcpTime);
        return opening.Outcome is null
            ? new DiagnosisStep(StepNames.Tcp, Verdict.Fail, $"no answer from {dial.Target.Host}:{dial.Target.Port} within {Words.Seconds(opening.Time)}{Others(dial)}", null, "check the port, and the firewalls on the way")
            : DiagnosisStep.Failed(StepNames.Tcp, opening.Reason);
    }

    public static DiagnosisStep? Tls(Opening opening)
    {
        if (opening.Url.Scheme != Uri.UriSchemeHttps)
            return Plain(opening);
        if (opening.Tap.Tls is { } tls)
            return new DiagnosisStep(StepNames.Tls, Verdict.Pass, $"{Name(tls.Protocol)}, {tls.CipherSuite}", tls.Time);
        // That the certificate is at fault, its own step says.
        if (opening.Tap.Certificate is { IsAccepted: false })
            return new DiagnosisStep(StepNames.Tls, Verdict.Pass, "the server answers, and shows a certificate");
        return opening.Outcome is null
            ? new DiagnosisStep(StepNames.Tls, Verdict.Fail, $"no answer within {Words.Seconds(opening.Time)}", null, "does this port speak TLS? check server_url")
            : DiagnosisStep.Failed(StepNames.Tls, opening.Reason, remedy: "does this port speak TLS? check server_url");
    }

    private static DiagnosisStep Plain(Opening opening) => opening is { Url.IsLoopback: false, Options: { AuthKey.Length: > 0 } or { CustomHeaders.IsEmpty: false } }
        ? new DiagnosisStep(StepNames.Tls, Verdict.Warn, "none: key and headers go unencrypted", null, "use https")
        : new DiagnosisStep(StepNames.Tls, Verdict.Skip, "none: the address is http");

    // Which addresses failed or did not answer, so that the client had to go on to the next.
    private static string Others(SeenDial dial)
    {
        if (dial.Addresses is not { Length: > 1 } addresses)
            return "";
        var told = dial.Outcomes.Where(tried => tried.Outcome != "connected").Select(tried => $"; {tried.Address}: {tried.Outcome}");
        var silent = dial.Peer is null ? addresses.Except(dial.Outcomes.Select(tried => tried.Address)).Select(address => $"; {address}: no answer") : [];
        return string.Concat(told.Concat(silent));
    }

    private static string Name(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLS 1.3",
        SslProtocols.Tls12 => "TLS 1.2",
        _ => protocol.ToString(),
    };

    private static string Shown(EndPoint peer) => peer is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString()
        : peer.ToString()!;
}
