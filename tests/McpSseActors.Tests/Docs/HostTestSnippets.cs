// <docs:host-test>
using McpSseActors.Hosting;
using McpSseActors.Sample;
using McpSseActors.Testing;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
// </docs:host-test>

namespace Examples;

// <docs:host-test>
public sealed class SampleSpec
{
    [Fact]
    public async Task Should_show_the_message_when_the_server_sends_one()
    {
        await using var server = await McpSseTestServer.StartAsync();
        await using var app = new WebApplicationFactory<BrowserFeed>()
            .WithWebHostBuilder(web => web.ConfigureTestServices(services => services.UseMcpSseTestServer(server)));

        server.SendJson("chat.message", new { Text = "hello" });
        await server.HandledAsync(app.Services);

        var recent = await app.Services.GetRequiredService<IMcpSseClient>().GetRecentEventsAsync();
        recent.ShouldHaveSingleItem().Text.ShouldContain("hello");
    }
}
// </docs:host-test>
