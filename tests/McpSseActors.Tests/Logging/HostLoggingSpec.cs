using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace McpSseActors.Tests.Logging;

/// <summary>A host as users build it, and the lines that its <c>ILogger</c> receives.</summary>
public sealed class HostLoggingSpec : IAsyncLifetime
{
    private readonly Lines _lines = new();
    private readonly ScriptedServer _server = new(Script.SendsAndEnds("id: 7\nevent: chat.message\ndata: {}\n\n"));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Should_write_each_line_once_under_its_source_when_the_host_names_no_logger()
    {
        using var host = await StartAsync();

        await Eventually.HoldsAsync(() =>
        {
            _lines.Of(LogSources.Handler).ShouldBe(["Information: Event chat.message (stream chat, id 7)"]);
            _lines.Of(LogSources.Client).ShouldBe(
            [
                $"Information: Connecting to {_server.Url} (stream chat)",
                $"Information: Connected to {_server.Url} (stream chat)",
                "Warning: Stream chat is disconnected (attempt 1 follows in 30 s): the server ended the stream",
            ]);
            // The stream may be lost by then.
            _lines.Of(LogSources.Manager).ShouldContain(line => line.StartsWith("Information: MCP SSE is ready: ", StringComparison.Ordinal));
        });
        _lines.Of("Akka.Actor.ActorSystem").ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_write_the_last_lines_when_the_host_stops()
    {
        var host = await StartAsync();
        await UntilLostAsync();

        host.Dispose();

        _lines.Of(LogSources.Client).ShouldContain("Information: Stream chat is Stopped: the host shuts down");
    }

    [Fact]
    public async Task Should_have_the_named_values_when_a_line_arrives()
    {
        using var host = await StartAsync();

        await Eventually.HoldsAsync(() => _lines.Of(LogSources.Handler).ShouldNotBeEmpty());

        var received = _lines.All.First(line => line.Category == LogSources.Handler).Values;
        received["EventType"].ShouldBe("chat.message");
        received["Stream"].ShouldBe("chat");
        received["EventId"].ShouldBe("7");
        received["{OriginalFormat}"].ShouldBe("Event {EventType} (stream {Stream}, id {EventId})");
        received["ActorPath"].ShouldBeOfType<string>().ShouldStartWith("akka://test/user/mcp-sse/chat/");
    }

    [Theory]
    [InlineData(LogSources.Client)]
    [InlineData(LogSources.Handler)]
    [InlineData(LogSources.Manager)]
    public async Task Should_hide_a_source_s_information_when_the_configuration_says_so(string source)
    {
        using var host = await StartAsync(level: ($"Logging:LogLevel:{source}", "Warning"));

        await UntilLostAsync();

        await Eventually.HoldsAsync(() =>
        {
            var shown = _lines.All.Where(line => line.Level == LogLevel.Information).Select(line => line.Category).Distinct();
            shown.Where(category => category.StartsWith("mcp.", StringComparison.Ordinal)).Order()
                .ShouldBe(new[] { LogSources.Handler, LogSources.Manager, LogSources.Client }.Except([source]));
        });
    }

    [Fact]
    public async Task Should_leave_the_loggers_alone_when_the_host_names_them()
    {
        using var host = await StartAsync(akka => akka.ConfigureLoggers(loggers => loggers.AddLoggerFactory()));

        await Eventually.HoldsAsync(() => _lines.All.ShouldContain(line => line.Text.Contains("is disconnected", StringComparison.Ordinal)));

        _lines.All.Select(line => line.Category).Where(category => category.StartsWith("mcp.", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_write_under_the_sources_when_the_host_adds_that_logger_itself()
    {
        using var host = await StartAsync(akka => akka.ConfigureLoggers(loggers =>
        {
            loggers.LogLevel = Akka.Event.LogLevel.DebugLevel;
            loggers.AddLoggerFactoryBySource();
        }), level: ("Logging:LogLevel:Default", "Debug"));

        await Eventually.HoldsAsync(() => _lines.Of(LogSources.Handler).ShouldBe(
        [
            "Information: Event chat.message (stream chat, id 7)",
            "Debug: Event chat.message data: {}",
        ]));
    }

    [Fact]
    public async Task Should_format_nothing_when_the_level_is_hidden_or_the_source_is_filtered()
    {
        using var host = await StartAsync(
            akka => akka.AddSetup(new LogFilterBuilder().ExcludeSourceContaining("excluded").Build()),
            level: ("Logging:LogLevel:hidden", "Warning"));
        var system = host.Services.GetRequiredService<ActorSystem>();
        var (hidden, excluded) = (new Text(), new Text());

        Akka.Event.Logging.GetLogger(system, "hidden").Info("{Value}", hidden);
        Akka.Event.Logging.GetLogger(system, "excluded").Warning("{Value}", excluded);
        Akka.Event.Logging.GetLogger(system, "shown").Info("{Value}", "now");
        await Eventually.HoldsAsync(() => _lines.Of("shown").ShouldBe(["Information: now"]));

        hidden.Formatted.ShouldBe(0);
        excluded.Formatted.ShouldBe(0);
    }

    [Fact]
    public async Task Should_keep_braces_as_they_are_when_a_line_is_plain_text()
    {
        using var host = await StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();

        system.EventStream.Publish(new Error(new InvalidOperationException("{"), "akka://test/user/x", GetType(), "no {Stream} in {{0}} {"));
        await Eventually.HoldsAsync(() => _lines.Of(GetType().FullName!).ShouldNotBeEmpty());

        var line = _lines.All.First(each => each.Category == GetType().FullName);
        line.Text.ShouldBe("Error: no {Stream} in {{0}} {");
        line.Values["{OriginalFormat}"].ShouldBe("{Text}");
        line.Values["Text"].ShouldBe("no {Stream} in {{0}} {");
    }

    private Task UntilLostAsync() => Eventually.HoldsAsync(() =>
        _lines.Of(LogSources.Client).ShouldContain(line => line.StartsWith("Warning: ", StringComparison.Ordinal)));

    private async Task<StartedHost> StartAsync(Action<AkkaConfigurationBuilder>? configure = null, (string Key, string Value)? level = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(_lines);
        if (level is var (key, value))
            builder.Configuration.AddInMemoryCollection([new(key, value)]);
        builder.Services.AddAkka("test", akka =>
        {
            akka.AddHocon("akka.stdout-loglevel = OFF", HoconAddMode.Prepend);
            configure?.Invoke(akka);
            akka.WithMcpSse(mcp => mcp.AddStream(_server.Url.AbsoluteUri, stream => stream with
            {
                Name = "chat",
                InitialReconnectDelay = TimeSpan.FromSeconds(30),
                Jitter = 0,
            }));
        });
        var host = builder.Build();
        await host.StartAsync();
        return new StartedHost(host);
    }

    private sealed record StartedHost(IHost Host) : IDisposable
    {
        public IServiceProvider Services => Host.Services;

        public void Dispose()
        {
            Host.StopAsync().GetAwaiter().GetResult();
            Host.Dispose();
        }
    }

    private sealed class Text
    {
        public int Formatted { get; private set; }

        public override string ToString() => $"{++Formatted}";
    }

    private sealed record Logged(string Category, LogLevel Level, string Text, IReadOnlyDictionary<string, object?> Values);

    private sealed class Lines : ILoggerProvider
    {
        private readonly ConcurrentQueue<Logged> _all = new();

        public IReadOnlyCollection<Logged> All => _all;

        public IEnumerable<string> Of(string category) => _all.Where(line => line.Category == category).Select(line => line.Text);

        public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Category(Lines lines, string name) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines._all.Enqueue(new Logged(
                    name,
                    logLevel,
                    $"{logLevel}: {formatter(state, exception)}",
                    (state as IEnumerable<KeyValuePair<string, object?>> ?? []).ToDictionary(StringComparer.Ordinal)));
        }
    }
}
