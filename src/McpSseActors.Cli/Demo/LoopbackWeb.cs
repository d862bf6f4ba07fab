using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Cli.Demo;

/// <summary>A web server on the loopback interface whose events are at <c>/events</c>.</summary>
internal static class LoopbackWeb
{
    /// <summary>Makes one that does not listen yet.</summary>
    public static WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        return builder.Build();
    }

    /// <summary>Listens; gives where the events are.</summary>
    /// <exception cref="CliException">The port is taken.</exception>
    public static async Task<Uri> ListenAsync(this WebApplication web, int port)
    {
        try
        {
            await web.StartAsync().ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw new CliException(ExitCodes.Failed, $"cannot listen on port {port}: {fault.Message} Choose another --port, or 0 for a free one.");
        }

        return new Uri(new Uri(web.Urls.First()), "/events");
    }
}
