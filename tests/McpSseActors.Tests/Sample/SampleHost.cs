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
        // With its own port, the factory would set it while the server may be starting already.
        UseKestrel();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .UseSetting(WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0")
        .UseSetting("mcp_sse:server_url", _server.ToString())
        .UseSetting("mcp_sse:initial_reconnect_delay", "60")
        .UseSetting("Serilog:MinimumLevel:Default", "Fatal")
        .UseSetting("Serilog:MinimumLevel:Override:mcp.sse_client", "Fatal");
}
