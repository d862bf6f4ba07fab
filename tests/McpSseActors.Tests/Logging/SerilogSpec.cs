using Akka.Hosting;
using Akka.Logger.Serilog;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace McpSseActors.Tests.Logging;

/// <summary>A host that logs through Akka.Logger.Serilog. Alone, because the package writes to Serilog's static logger.</summary>
[Collection(nameof(Alone))]
public sealed class SerilogSpec : IDisposable
{
    private readonly Sink _sink = new();

    public void Dispose() => Log.CloseAndFlush();

    [Fact]
    public async Task Should_name_each_source_when_its_lines_arrive()
    {
        await using var server = Sends("id: 7\nevent: chat.message\ndata: {}\n\n");
        await using var host = await StartAsync(server.Url, log => log);

        await UntilLoggedAsync(
            lines => lines.Select(SourceOf).Where(IsOurs).Distinct().Order().ShouldBe([LogSources.Handler, LogSources.Manager, LogSources.Client]));

        _sink.Lines.Where(line => IsOurs(SourceOf(line))).ShouldAllBe(line => Value(line, "LogSource")!.Equals(SourceOf(line)));
    }

    [Fact]
    public async Task Should_have_the_named_values_as_properties_when_its_lines_arrive()
    {
        await using var server = Sends("id: 7\nevent: chat.message\ndata: {}\n\n", thenEnds: true);
        await using var host = await StartAsync(server.Url, log => log);

        var received = await FirstAsync("Event {EventType} ");
        Value(received, "EventType").ShouldBe("chat.message");
        Value(received, "EventId").ShouldBe("7");
        Value(received, "Stream").ShouldBe("chat");
        var connected = await FirstAsync("Connected to ");
        Value(connected, "Url").ShouldBe(server.Url.AbsoluteUri);
        Value(connected, "Stream").ShouldBe("chat");
        var lost = await FirstAsync("Stream {Stream} is disconnected");
        Value(lost, "Attempt").ShouldBe(1);
        Value(lost, "Delay").ShouldBeOfType<double>().ShouldBeGreaterThan(0);
        Value(lost, "Reason").ShouldBe("the server ended the stream");
    }

    [Theory]
    [InlineData(LogSources.Client)]
    [InlineData(LogSources.Handler)]
    [InlineData(LogSources.Manager)]
    public async Task Should_hide_a_source_s_information_when_its_level_is_overridden(string source)
    {
        await using var server = Sends("event: chat.message\ndata: {}\n\n", thenEnds: true);
        await using var host = await StartAsync(server.Url, log => log.MinimumLevel.Override(source, LogEventLevel.Warning));

        await UntilLoggedAsync(lines => lines.ShouldContain(line => SourceOf(line) == LogSources.Client && line.Level == LogEventLevel.Warning));

        await UntilLoggedAsync(lines => lines.Where(line => line.Level == LogEventLevel.Information).Select(SourceOf).Where(IsOurs).Distinct().Order()
            .ShouldBe(new[] { LogSources.Handler, LogSources.Manager, LogSources.Client }.Except([source])));
    }

    [Fact]
    public async Task Should_leave_braces_alone_when_a_handler_throws_them()
    {
        const string message = "no {Stream} in {{0}} {";
        await using var server = Sends("id: {EventType}\nevent: {Stream}\ndata: {}\n\n");
        await using var host = await StartAsync(server.Url, log => log, mcp => mcp.AddHandler("*", (McpEvent _) => { throw new InvalidOperationException(message); }));

        await UntilLoggedAsync(lines => lines.ShouldContain(line => line.Exception is InvalidOperationException));

        (await FirstAsync("Event {EventType} ")).RenderMessage(null).ShouldContain("Event \"{Stream}\" (stream \"chat\", id \"{EventType}\")");
        var failure = _sink.Lines.Where(line => line.Exception is InvalidOperationException).ShouldHaveSingleItem();
        failure.Exception!.Message.ShouldBe(message);
        failure.RenderMessage(null).ShouldContain("of stream \"chat\" failed and is \"restarted\"; it was handling \"event {EventType} of type {Stream}\"");
    }

    private static bool IsOurs(string source) => source.StartsWith("mcp.", StringComparison.Ordinal);

    private static string SourceOf(LogEvent line) => (string)Value(line, Constants.SourceContextPropertyName)!;

    private static object? Value(LogEvent line, string property) => line.Properties[property].ShouldBeOfType<ScalarValue>().Value;

    private static ScriptedServer Sends(string events, bool thenEnds = false) => new(async exchange =>
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync(events);
        if (!thenEnds)
            await exchange.StayAsync();
    });

    private async Task<LogEvent> FirstAsync(string template)
    {
        LogEvent? found = null;
        await UntilLoggedAsync(lines => found = lines.FirstOrDefault(
            line => line.MessageTemplate.Text.StartsWith(template, StringComparison.Ordinal)).ShouldNotBeNull());
        return found!;
    }

    private Task UntilLoggedAsync(Action<IReadOnlyCollection<LogEvent>> holds) => Eventually.HoldsAsync(() => holds([.. _sink.Lines]));

    private Task<McpSseHost> StartAsync(Uri url, Func<LoggerConfiguration, LoggerConfiguration> configure, Action<McpSseBuilder>? handlers = null)
    {
        Log.Logger = configure(new LoggerConfiguration()).WriteTo.Sink(_sink).CreateLogger();
        return McpSseHost.StartAsync(
            mcp =>
            {
                mcp.AddStream(url.AbsoluteUri, stream => stream with { Name = "chat", InitialReconnectDelay = TimeSpan.FromSeconds(30) });
                handlers?.Invoke(mcp);
            },
            akka: akka => akka.ConfigureLoggers(loggers =>
            {
                loggers.LogLevel = Akka.Event.LogLevel.InfoLevel;
                loggers.AddLogger<SerilogLogger>();
            }));
    }

    private sealed class Sink : ILogEventSink
    {
        public ConcurrentQueue<LogEvent> Lines { get; } = new();

        public void Emit(LogEvent logEvent) => Lines.Enqueue(logEvent);
    }
}
