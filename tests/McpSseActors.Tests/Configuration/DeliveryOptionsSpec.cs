using Microsoft.Extensions.Configuration;

namespace McpSseActors.Tests.Configuration;

/// <summary>The table <c>[mcp_sse.delivery]</c>.</summary>
[Trait("Category", "Durability")]
public sealed class DeliveryOptionsSpec
{
    [Fact]
    public void Should_store_nothing_when_the_table_is_missing() => Parse("").Delivery.ShouldBe(new DeliveryOptions());

    [Fact]
    public void Should_read_every_key() => Parse("""
        [mcp_sse.delivery]
        guarantee = "at-least-once"
        store = "/var/lib/app/positions"
        on_store_failure = "pause"
        [mcp_sse.delivery.dead_letters]
        max_count = 5
        max_size = 1000
        max_age = 0.5
        warn_above = 0
        keep_rejected_payloads = true
        [mcp_sse.delivery.retry]
        max_attempts = -1
        initial_delay = 0.5
        max_delay = 10
        attempt_timeout = 30
        later_events_pass = true
        break_after = 7
        break_for = 3
        """).Delivery.ShouldBe(new DeliveryOptions
    {
        Guarantee = DeliveryGuarantee.AtLeastOnce,
        Store = "/var/lib/app/positions",
        OnStoreFailure = StoreFailure.Pause,
        DeadLetters = new DeadLetterLimits { MaxCount = 5, MaxSize = 1000, MaxAge = TimeSpan.FromSeconds(0.5), WarnAbove = 0, KeepRejectedPayloads = true },
        Retry = new RetryOptions
        {
            MaxAttempts = -1,
            InitialDelay = TimeSpan.FromSeconds(0.5),
            MaxDelay = TimeSpan.FromSeconds(10),
            AttemptTimeout = TimeSpan.FromSeconds(30),
            LaterEventsPass = true,
            BreakAfter = 7,
            BreakFor = TimeSpan.FromSeconds(3),
        },
    });

    [Fact]
    public void Should_read_limits_of_dead_letters_from_the_environment() =>
        Parse("[mcp_sse.delivery.dead_letters]\nmax_count = 1", ("MCP_SSE__DELIVERY__DEAD_LETTERS__MAX_COUNT", "7")).Delivery.DeadLetters.MaxCount.ShouldBe(7);

    [Fact]
    public void Should_read_retries_of_handlers_by_name()
    {
        var delivery = Parse("[mcp_sse.delivery.retry.by_handler.ChatHandler]\nmax_attempts = 2", ("MCP_SSE__DELIVERY__RETRY__BREAK_AFTER", "9")).Delivery;

        delivery.RetryByHandler["ChatHandler"].MaxAttempts.ShouldBe(2);
        delivery.Retry!.BreakAfter.ShouldBe(9);
    }

    [Fact]
    public void Should_let_the_environment_override_the_file() =>
        Parse("[mcp_sse.delivery]\nstore = \"a\"", ("MCP_SSE__DELIVERY__STORE", "b")).Delivery.Store.ShouldBe("b");

    [Fact]
    public void Should_read_a_section() => SectionConfiguration.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["mcp_sse:enable"] = "false",
        ["mcp_sse:Delivery:Guarantee"] = "at-least-once",
    }).Build().GetSection("mcp_sse")).Delivery.Guarantee.ShouldBe(DeliveryGuarantee.AtLeastOnce);

    [Theory]
    [InlineData("guarantee = \"exactly-once\"", "unknown value", "write \"at-most-once\" or \"at-least-once\"")]
    [InlineData("guarantee = 1", "an integer where a string is expected", "write a string, in quotes")]
    [InlineData("on_store_failure = \"stop\"", "unknown value", "write \"continue\" or \"pause\"")]
    [InlineData("store = \"\"", "the path is empty", "name a file")]
    [InlineData("guarante = \"at-least-once\"", "unknown key", "did you mean guarantee?")]
    [InlineData("dead_letters.max_count = 0", "0 is out of range", "write a whole number > 0")]
    [InlineData("dead_letters.max_age = -1", "-1 is out of range", "write a number 0 (no limit), or seconds up to 315360000 (10 years)")]
    [InlineData("dead_letters.max_cuont = 1", "unknown key", "did you mean max_count?")]
    [InlineData("retry.max_attempts = 0", "0 is out of range", "write a whole number -1 (no limit), or > 0")]
    [InlineData("retry.initial_delay = -1", "-1 is out of range", "write a number of seconds from 0 to 86400 (1 day)")]
    [InlineData("retry.max_attemps = 2", "unknown key", "did you mean max_attempts?")]
    [InlineData("store = \"a\\u0000b\"", "a path has no NUL", "name a file")]
    [InlineData("store = \"Provider=\"", "the connection string cannot be read", "write Provider=NAME;KEY=VALUE, or the path of a file")]
    [InlineData("store = \"provider=Npgsql;Host\"", "the connection string cannot be read", "write Provider=NAME;KEY=VALUE, or the path of a file")]
    [InlineData("retry.by_handler.a.brake_for = 2", "unknown key", "did you mean break_for?")]
    [InlineData("retry.by_handler.a = 2", "an integer where a table of keys is expected", "write a table of keys")]
    [InlineData("dead_letters = 1", "an integer where a table of keys is expected", "write a table of keys")]
    public void Should_say_where_and_what_would_be_right(string line, string problem, string remedy)
    {
        var fault = Should.Throw<McpSseConfigurationException>(() => Parse($"[mcp_sse.delivery]\n{line}")).Faults.ShouldHaveSingleItem();

        (fault.Line, fault.Problem, fault.Remedy).ShouldBe((5, problem, remedy));
    }

    [Theory]
    [InlineData("Provider=Some.Data;Host=db;Password=secret", true)]
    [InlineData("/var/lib/app=1/mcp.positions", false)]
    [InlineData("positions", false)]
    public void Should_tell_a_database_from_a_path_and_hide_it(string store, bool isDatabase)
    {
        var delivery = new DeliveryOptions { Store = store };

        delivery.IsStoreDatabase.ShouldBe(isDatabase);
        delivery.In("/etc/app").Store.ShouldBe(isDatabase ? store : Path.Combine("/etc/app", store));
        delivery.ToString().ShouldNotContain("secret");
    }

    [Fact]
    public void Should_name_the_provider_when_it_is_not_registered() =>
        Should.Throw<PositionStoreException>(() => PositionStores.Open("Provider=Some.Data;Host=db")).Message
            .ShouldBe("The store of positions cannot be opened: the database provider Some.Data is not registered: "
                + "call DbProviderFactories.RegisterFactory(\"Some.Data\", ...) before the host is built");

    [Fact]
    public void Should_say_so_when_it_is_no_table() =>
        Should.Throw<McpSseConfigurationException>(() => TomlConfiguration.Parse("[mcp_sse]\ndelivery = true")).Message.ShouldContain("a table of keys");

    [Fact]
    public void Should_demand_a_store_in_code() =>
        Should.Throw<ArgumentException>(() => new McpSseBuilder().WithDurableDelivery(_ => { })).Message.ShouldContain("InFile");

    private static McpSseOptions Parse(string delivery, params (string Name, string Value)[] environment) => TomlConfiguration.Parse(
        $"[mcp_sse]\nenable = true\nserver_url = \"http://127.0.0.1:1/events\"\n{delivery}", environment: environment.ToDictionary(each => each.Name, each => each.Value));
}
