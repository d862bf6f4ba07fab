using System.Net;
using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.TestServer.Web;

/// <summary>A web server on the loopback interface.</summary>
internal static class LoopbackWeb
{
    /// <summary>Makes one that does not listen yet.</summary>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="answer">Answers every request.</param>
    public static WebApplication Build(int port, RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services
            .AddSingleton<IHostLifetime, NoSignals>()
            .AddHostFiltering(filter => filter.AllowedHosts = ["127.0.0.1", "localhost"]);
        var web = builder.Build();
        // A page in a browser must not read the events by resolving its own name to this address.
        web.UseHostFiltering();
        web.Run(answer);
        return web;
    }

    /// <summary>Listens; gives where.</summary>
    /// <param name="web">The server.</param>
    /// <param name="port">The port that was asked for.</param>
    /// <param name="option">The option that asked for it.</param>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public static async Task<Uri> ListenAsync(this WebApplication web, int port, string option = "--port")
    {
        try
        {
            await web.StartAsync().ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw new PortTakenException(FormattableString.Invariant($"cannot listen on port {port}: {fault.Message} Choose another {option}, or 0 for a free one."));
        }

        return new Uri(web.Urls.First());
    }

    /// <summary>Answers with a line of text.</summary>
    public static Task AnswerAsync(this HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = MediaTypeNames.Text.Plain;
        return http.Response.WriteAsync(text);
    }

    /// <summary>Lets a stream of events answer at <c>/events</c>, and says elsewhere where it is.</summary>
    public static Task AnswerEventsAsync(this HttpContext http, Func<HttpContext, Task> stream)
    {
        if (http.Request.Path != "/events")
            return http.AnswerAsync(http.Request.Path == "/" ? StatusCodes.Status200OK : StatusCodes.Status404NotFound, $"The events are at http://{http.Request.Host}/events\n");
        return HttpMethods.IsGet(http.Request.Method)
            ? stream(http)
            : http.AnswerAsync(StatusCodes.Status405MethodNotAllowed, "The events are read with GET.\n");
    }
}
