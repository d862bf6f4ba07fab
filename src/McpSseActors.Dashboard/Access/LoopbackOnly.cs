using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.Dashboard.Access;

/// <summary>
/// Decides on requests to endpoints without authorization: they must come from this machine. A proxy on this machine makes every request come from it, so one
/// that passed a proxy does not count; and the page of a stranger can give this address another name, so the host must be a loopback name.
/// </summary>
internal static class LoopbackOnly
{
    private static readonly string[] OfProxies = ["Forwarded", "Via", "X-Real-IP", "X-Client-IP", "CF-Connecting-IP", "True-Client-IP"];
    private static readonly string[] PrefixesOfProxies = ["X-Forwarded-", "X-Original-"];

    /// <summary>Whether a request may pass.</summary>
    public static bool Allows(HttpContext http) =>
        HasAuthorization(http.GetEndpoint())
        || (IsLoopback(http.Connection.RemoteIpAddress) && IsLoopback(http.Request.Host.Host) && !HasPassedProxy(http.Request.Headers));

    // AllowAnonymous says that somebody has thought of it.
    private static bool HasAuthorization(Endpoint? endpoint) =>
        endpoint?.Metadata.Any(each => each is IAuthorizeData or IAuthorizationRequirementData or AuthorizationPolicy or IAllowAnonymous) is true;

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool HasPassedProxy(IHeaderDictionary headers) =>
        OfProxies.Any(headers.ContainsKey)
        || headers.Keys.Any(name => PrefixesOfProxies.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));
}
