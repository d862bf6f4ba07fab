using Microsoft.Extensions.Configuration;

namespace McpSseActors.Tests.Configuration;

public sealed class SectionConfigurationTests
{
    [Fact]
    public void Should_read_keys_lists_headers_and_servers_when_a_section_has_them()
    {
        var options = Read("""
            { "Mcp_Sse": {
                "Enable": true, "read_timeout": 7.5, "subscribed_events": ["chat.*", "user.login"], "retryable_status": "404, 410",
                "custom_headers": { "X-Team": "blue" }, "auth_key": null, "log": { "console_log_level": "Warning" },
                "servers": {
                  "a": { "server_url": "https://a.example.com" },
                  "b": { "server_url": "https://b.example.com", "read_timeout": 9, "custom_headers": { "X-B": "1" } } } } }
            """);

        options.ConsoleLogLevel.ShouldBe(ConsoleLogLevel.Warning);
        options.Streams.Select(stream => stream.Name).ShouldBe(["a", "b"]);
        options.Streams.Select(stream => stream.ReadTimeout.TotalSeconds).ShouldBe([7.5, 9]);
        options.Streams[1].SubscribedEvents.ShouldBe(["chat.*", "user.login"]);
        options.Streams[1].RetryableStatus.ShouldBe([404, 410]);
        options.Streams[1].CustomHeaders.Count.ShouldBe(2);
    }

    [Fact]
    public void Should_name_the_path_of_every_fault_when_a_section_is_faulty()
    {
        var faults = Faults.Of(() => Read("""
            { "mcp_sse": { "read_timeout": 0, "subscribed_events": ["a", ""], "servers": { "a": { "enabel": true } } } }
            """));

        faults.Select(fault => fault.Source).ShouldBe(
            ["mcp_sse:read_timeout", "mcp_sse:servers:a:enabel", "mcp_sse:subscribed_events:1"]);
        faults[1].ToString().ShouldBe("mcp_sse:servers:a:enabel: mcp_sse.servers.a.enabel: unknown key; did you mean enable?");
    }

    [Fact]
    public void Should_say_so_when_the_section_is_missing() =>
        Faults.Of(() => Read("{}")).ShouldHaveSingleItem().ToString()
            .ShouldBe("mcp_sse: mcp_sse: the section is missing or empty; add it with enable and server_url");

    private static McpSseOptions Read(string json) => SectionConfiguration.Read(
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection("mcp_sse"));
}
