using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace McpSseActors.Tests.Hosting;

/// <summary>The configuration as hosts know it: appsettings, variables, and options that are checked at the start.</summary>
public sealed class OptionsSpec : IDisposable
{
    private const string Variable = "OPTIONSSPEC_MCP_SSE__SERVERS__CHAT__AUTH_KEY";

    public OptionsSpec() => Environment.SetEnvironmentVariable(Variable, "of-the-environment");

    public void Dispose() => Environment.SetEnvironmentVariable(Variable, null);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_connect_with_the_key_of_the_environment_when_appsettings_and_environment_are_laid_over_each_other(bool asOptions)
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        var section = Section($$"""
            { "mcp_sse": { "enable": true, "servers": { "chat": { "name": "chat", "server_url": "{{server.Url}}", "auth_key": "of-the-file", "subscribed_events": ["a", "b.*"] } } } }
            """);
        IServiceProvider? provider = null;
        await using var host = await McpSseHost.StartAsync(
            mcp => _ = asOptions ? mcp.FromOptions(provider!) : mcp.FromConfiguration(section),
            services: services => provider = services.AddMcpSseOptions(section).BuildServiceProvider());

        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer of-the-environment");
        (await host.States.UntilAsync(ConnectionState.Connected)).Stream.ShouldBe("chat");
        (await host.Client.GetStatsAsync()).SubscribedEvents.ShouldBe(["a", "b.*"]);
    }

    [Fact]
    public async Task Should_stop_the_host_at_its_start_and_name_every_fault_when_the_section_is_wrong()
    {
        using var host = Host("""{ "mcp_sse": { "enable": true, "read_timout": 3, "jitter": 2, "auth_key": "a SECRET" } }""");

        var refused = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync());

        refused.OptionsType.ShouldBe(typeof(McpSseOptions));
        refused.Failures.Count().ShouldBe(4);
        refused.Message.ShouldContain("unknown key; did you mean read_timeout?");
        refused.Message.ShouldContain("mcp_sse.jitter: 2 is out of range");
        refused.Message.ShouldContain("server_url");
        refused.Message.ShouldNotContain("SECRET");
    }

    [Fact]
    public async Task Should_stop_the_host_when_the_section_is_missing()
    {
        using var host = Host("{}");

        (await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync())).Message.ShouldContain("the section is missing or empty");
    }

    [Fact]
    public async Task Should_stop_the_host_when_a_rule_of_the_user_s_is_broken()
    {
        using var host = Host(
            """{ "mcp_sse": { "name": "s" } }""",
            services => services.AddOptions<McpSseOptions>().Validate(options => options.Streams.All(stream => stream.Enabled), "every stream is to be enabled"));

        (await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync())).Failures.ShouldBe(["every stream is to be enabled"]);
    }

    [Fact]
    public void Should_check_the_streams_when_they_do_not_come_from_the_section()
    {
        var faulty = new McpSseOptions { Streams = [new StreamOptions { Name = "s", Jitter = 2 }, new StreamOptions { Name = "S" }] };
        using var provider = new ServiceCollection().AddMcpSseOptions(Section("{}")).BuildServiceProvider();

        var result = provider.GetServices<IValidateOptions<McpSseOptions>>().ShouldHaveSingleItem().Validate(null, faulty);

        result.Failures!.Count().ShouldBe(2);
    }

    private static IConfigurationSection Section(string json) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)))
        .AddEnvironmentVariables("OPTIONSSPEC_")
        .Build().GetSection("mcp_sse");

    // Nothing takes the options here: they are checked all the same.
    private static IHost Host(string json, Action<IServiceCollection>? more = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var section = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection("mcp_sse");
        builder.Services.AddMcpSseOptions(section);
        more?.Invoke(builder.Services);
        return builder.Build();
    }
}
