using System.Reflection;
using McpSseActors.Dashboard.Access;
using McpSseActors.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Dashboard.Api;

/// <summary>The user of a request, what they may do, and of which host they ask it.</summary>
/// <param name="User">The name of the user; null if nobody is signed in.</param>
/// <param name="CanAct">Whether actions are allowed.</param>
/// <param name="CanSeePayloads">Whether the data of events is shown.</param>
/// <param name="Antiforgery">The header that an action needs.</param>
/// <param name="Host">The name of the application.</param>
/// <param name="Version">The version of the library.</param>
/// <param name="Node">The machine.</param>
internal sealed record Me(string? User, bool CanAct, bool CanSeePayloads, AntiforgeryHeader Antiforgery, string Host, string Version, string Node)
{
    private static readonly string LibraryVersion =
        typeof(IMcpSseClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public static async Task<object?> AnswerAsync(HttpContext http, Roles roles) => new Me(
        http.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? name : null,
        await roles.MayActAsync(http).ConfigureAwait(false),
        await roles.MaySeePayloadsAsync(http).ConfigureAwait(false),
        new AntiforgeryHeader(SameOrigin.Header, SameOrigin.Value),
        http.RequestServices.GetService<IHostEnvironment>()?.ApplicationName ?? "",
        LibraryVersion,
        Environment.MachineName);
}

/// <summary>A header and its value.</summary>
internal sealed record AntiforgeryHeader(string Header, string Token);
