using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Messages;
using McpSseActors.Tests.Support;
using Shouldly;
using Xunit;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>What is said about a stream holds none of its secrets.</summary>
public sealed class SecretSpec
{
    private readonly ConcurrentQueue<string> _said = new();

    [Fact]
    public async Task Should_say_no_secret_when_one_fault_follows_another()
    {
        await using var other = new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable"));
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync("503 Service Unavailable"),
            exchange => exchange.WriteAsync("nonsense\r\n\r\n"),
            exchange =>
            {
                exchange.Reset();
                return Task.CompletedTask;
            },
            exchange => exchange.StayAsync(),
            exchange => exchange.AnswerAsync("301 Moved", "Location: /events?token=SECRET-moved\r\n"),
            async exchange =>
            {
                await exchange.OpenAsync();
                await exchange.WriteAsync("data: x\n\n");
                exchange.Reset();
            },
            exchange => exchange.AnswerAsync("302 Found", $"Location: {other.Url}?token=SECRET-away\r\n"),
            exchange => exchange.AnswerAsync("302 Found", "Location: http://user:SECRET-user@127.0.0.1:1/?SECRET\r\n"),
            exchange => exchange.AnswerAsync("302 Found", "Location: secret:SECRET\r\n"));
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream($"{server.Url}?token=SECRET-query", o => Streams.Quick(o) with
                {
                    AuthKey = "SECRET-key",
                    CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Api-Key", "SECRET-header"),
                    ConnectionTimeout = TimeSpan.FromSeconds(1),
                    HttpMethod = "POST",
                    HttpBody = "SECRET-body",
                })
                .AddGlobalHandler(received => throw new InvalidOperationException("careless")),
            """
            akka.loglevel = DEBUG
            akka.actor.debug { receive = on, autoreceive = on, lifecycle = on, unhandled = on, event-stream = on }
            """,
            watch: system =>
            {
                var listener = system.ActorOf(Props.Create(() => new Listener(_said)), "listener");
                system.EventStream.Subscribe(listener, typeof(LogEvent));
                system.EventStream.Subscribe(listener, typeof(StreamStateChanged));
                system.EventStream.Subscribe(listener, typeof(DeadLetter));
            });

        var failed = await host.States.UntilAsync(ConnectionState.Failed);
        failed.Reason.ShouldContain("secret:");
        var stats = await host.Client.GetStatsAsync();
        _said.Enqueue(JsonSerializer.Serialize(stats));
        _said.Enqueue(stats.ToString());
        _said.Enqueue(JsonSerializer.Serialize(await host.Client.GetAllStatsAsync()));
        await host.StopAsync();

        (await server.NextRequestAsync()).Header("X-Api-Key").ShouldBe("SECRET-header");
        _said.Count.ShouldBeGreaterThan(30);
        _said.ShouldContain(line => line.Contains("Connected to", StringComparison.Ordinal));
        _said.ShouldNotContain(line => line.Contains("SECRET", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SECRET\nx")]
    [InlineData("SECRET\0x")]
    [InlineData("SECRETé")]
    public async Task Should_say_no_secret_when_a_source_gives_a_token_that_cannot_be_sent(string token)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("404 Not Found"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(
            server.Url.ToString(),
            o => Streams.Quick(o) with { MaxReconnectAttempts = 0, Credentials = _ => ValueTask.FromResult<string?>(token) }));

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldNotContain("SECRET");
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(ConcurrentQueue<string> said)
        {
            Receive<LogEvent>(log => said.Enqueue($"{log} {log.Cause}"));
            ReceiveAny(message => said.Enqueue($"{message} {JsonSerializer.Serialize(message, message.GetType())}"));
        }
    }
}
