using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Dashboard.Access;

/// <summary>Who may do what. A request that gets here may read: the authorization of the endpoints has decided that.</summary>
internal sealed class Roles(DashboardOptions options)
{
    public async Task<bool> MayActAsync(HttpContext http) => !options.IsReadOnly && await AllowsAsync(http, options.OperatorPolicy).ConfigureAwait(false);

    public Task<bool> MaySeePayloadsAsync(HttpContext http) => AllowsAsync(http, options.PayloadPolicy);

    /// <summary>Who it is, for the log.</summary>
    public static string NameOf(HttpContext http) =>
        http.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? name : $"somebody at {http.Connection.RemoteIpAddress}";

    private static async Task<bool> AllowsAsync(HttpContext http, string? policy)
    {
        if (policy is null)
            return true;
        var authorization = http.RequestServices.GetRequiredService<IAuthorizationService>();
        return (await authorization.AuthorizeAsync(http.User, http, policy).ConfigureAwait(false)).Succeeded;
    }
}
