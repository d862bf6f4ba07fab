using System.Text.Json;
using Akka.Actor;
using McpSseActors.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace McpSseActors.Dashboard.Api;

/// <summary>Maps the routes of a dashboard. Every request passes here: who may ask is checked, and what goes wrong becomes a problem document.</summary>
internal sealed class Routes(RouteGroupBuilder group, Roles roles)
{
    /// <summary>All routes.</summary>
    public RouteGroupBuilder Group { get; } = group.ExcludeFromDescription();

    /// <summary>Maps a question to the API.</summary>
    /// <param name="path">Its path below <c>api/v1</c>.</param>
    /// <param name="answer">Gives what is written as JSON.</param>
    public void Get(string path, Func<HttpContext, Task<object?>> answer) => Ask("GET", path, answer);

    /// <summary>Maps an action of an operator.</summary>
    /// <param name="path">Its path below <c>api/v1</c>.</param>
    /// <param name="act">Acts; gives what is written as JSON, or null.</param>
    public void Post(string path, Func<HttpContext, Task<object?>> act) => Ask("POST", path, async http =>
    {
        if (SameOrigin.FaultOf(http.Request) is { } forged)
            throw new ApiFault(StatusCodes.Status403Forbidden, forged);
        if (!await roles.MayActAsync(http).ConfigureAwait(false))
            throw new ApiFault(StatusCodes.Status403Forbidden, "You may look at the streams, but not act on them.");
        return await act(http).ConfigureAwait(false);
    });

    /// <summary>Maps what writes its answer itself.</summary>
    public void Raw(string method, string path, RequestDelegate answer) => Group.MapMethods(path, [method], async http =>
    {
        PageHeaders.AddTo(http.Response);
        try
        {
            if (!LoopbackOnly.Allows(http))
                throw new ApiFault(StatusCodes.Status403Forbidden,
                    "Without authorization, the dashboard answers requests of this machine only, sent to a loopback name and not through a proxy. "
                    + "To open it, require authorization: app.MapMcpSseDashboard(…).RequireAuthorization(\"policy\").");
            await answer(http).ConfigureAwait(false);
        }
        catch (Exception fault) when (!http.Response.HasStarted && Describe(fault) is { } described)
        {
            await AnswerAsync(http, described).ConfigureAwait(false);
        }
    });

    private void Ask(string method, string path, Func<HttpContext, Task<object?>> ask) => Raw(method, $"api/v1/{path}", async http =>
    {
        if (await AnswerOf(ask, http).ConfigureAwait(false) is { } answer)
            await http.Response.WriteAsJsonAsync(answer, answer.GetType(), ApiJson.Options, http.RequestAborted).ConfigureAwait(false);
        else
            http.Response.StatusCode = StatusCodes.Status204NoContent;
    });

    // The streams say so if they can't do what is asked in the state that they are in.
    private static async Task<object?> AnswerOf(Func<HttpContext, Task<object?>> ask, HttpContext http)
    {
        try
        {
            return await ask(http).ConfigureAwait(false);
        }
        catch (InvalidOperationException state) when (state is not ObjectDisposedException)
        {
            throw new ApiFault(StatusCodes.Status409Conflict, state.Message);
        }
    }

    private static ApiFault? Describe(Exception fault) => fault switch
    {
        ApiFault known => known,
        StreamNotFoundException missing => new ApiFault(StatusCodes.Status404NotFound, missing.Message),
        FormatException or JsonException => new ApiFault(StatusCodes.Status400BadRequest, fault.Message),
        BadHttpRequestException bad => new ApiFault(bad.StatusCode, bad.Message),
        AskTimeoutException => new ApiFault(StatusCodes.Status503ServiceUnavailable, "The streams did not answer in time: try again."),
        PositionStoreException store => new ApiFault(StatusCodes.Status503ServiceUnavailable, store.Message),
        _ => null,
    };

    private static Task AnswerAsync(HttpContext http, ApiFault fault)
    {
        http.Response.StatusCode = fault.Status;
        var problem = new ProblemDetails { Status = fault.Status, Title = ReasonPhrases.GetReasonPhrase(fault.Status), Detail = fault.Message };
        return http.Response.WriteAsJsonAsync(problem, ApiJson.Options, "application/problem+json", http.RequestAborted);
    }
}
