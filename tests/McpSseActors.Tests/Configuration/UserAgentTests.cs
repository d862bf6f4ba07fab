using Microsoft.Extensions.Configuration;

namespace McpSseActors.Tests.Configuration;

/// <summary>The user agent is ours, but in a TOML file, whose format defines another.</summary>
public sealed class UserAgentTests
{
    private const string OfTheFormat = "MaiBot-MCP-SSE-Client/1.0";

    private static readonly string Own = $"McpSseActors/{typeof(StreamOptions).Assembly.GetName().Version!.ToString(3)}";

    [Fact]
    public void Should_be_the_librarys_when_a_stream_is_built_in_code()
    {
        StreamOptions? added = null;

        new McpSseBuilder().AddStream("https://example.com/e", options => added = options);

        new StreamOptions().UserAgent.ShouldBe(Own);
        added.ShouldNotBeNull().UserAgent.ShouldBe(Own);
    }

    [Fact]
    public void Should_be_the_librarys_when_a_section_does_not_name_it()
    {
        const string Json = """{ "mcp_sse": { "servers": { "a": { "read_timeout": 5 }, "b": { "user_agent": "mine/1" } } } }""";
        var section = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Json))).Build().GetSection("mcp_sse");

        SectionConfiguration.Read(section).Streams.Select(stream => stream.UserAgent).ShouldBe([Own, "mine/1"]);
    }

    [Fact]
    public void Should_be_that_of_the_format_when_a_file_does_not_name_it() =>
        TomlConfiguration.Parse("[mcp_sse]\n[mcp_sse.servers.a]\n[mcp_sse.servers.b]\nuser_agent = 'mine/1'").Streams
            .Select(stream => stream.UserAgent).ShouldBe([OfTheFormat, "mine/1"]);

    [Fact]
    public void Should_be_that_of_the_environment_when_a_variable_names_it() =>
        TomlConfiguration.Parse("[mcp_sse]\nuser_agent = 'mine/1'", environment: Faults.Variables(("MCP_SSE__USER_AGENT", "yours/2"))).Streams[0]
            .UserAgent.ShouldBe("yours/2");
}
