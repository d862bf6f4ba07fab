using McpSseActors.Sample;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace McpSseActors.Tests.Sample;

/// <summary>The sample as it is, on a real socket, with another server than that of its settings.</summary>
public sealed class SampleHost : WebApplicationFactory<BrowserFeed>
{
    private readonly Uri _server;

    public SampleHost(Uri server)
    {
        _server = server;
        UseKestrel(0);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .UseSetting("mcp_sse:server_url", _server.ToString())
        .UseSetting("mcp_sse:initial_reconnect_delay", "60")
        .UseSetting("Logging:LogLevel:Default", "None");
}
