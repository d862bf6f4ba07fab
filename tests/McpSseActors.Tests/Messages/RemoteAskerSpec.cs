using System.Reflection;
using Akka.Configuration;
using Akka.Serialization;

namespace McpSseActors.Tests.Messages;

/// <summary>An actor system without streams asks those of another one over Akka.Remote.</summary>
public sealed class RemoteAskerSpec : IAsyncLifetime
{
    private const string Hocon = """
        akka.actor.provider = remote
        akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }

        """;

    private readonly ActorSystem _asker = ActorSystem.Create(
        "asker", ConfigurationFactory.ParseString(Hocon + "akka.loglevel = OFF\nakka.stdout-loglevel = OFF").WithFallback(McpSseHocon.Reference));

    private readonly ScriptedServer _server = new(Script.Sends("id: 1\nevent: chat.message\ndata: {\"text\":\"hello\"}\n\n"));

    private McpSseHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await McpSseHost.StartAsync(mcp => mcp.AddStream(_server.Url.ToString(), options => options with { Name = "chat" }), Hocon);

    public async Task DisposeAsync()
    {
        await _asker.Terminate();
        await _host.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Should_get_answers_when_it_has_the_serializer()
    {
        await Eventually.HoldsAsync(async () => (await AskAsync<StreamStats>(new GetStats("chat"))).TotalEventsReceived.ShouldBe(1));

        (await AskAsync<RecentEvents>(new GetRecentEvents(10))).Events.ShouldHaveSingleItem().Text.ShouldBe("""{"text":"hello"}""");
        (await AskAsync<CommandAccepted>(new StopStream("chat"))).Stream.ShouldBe("chat");
    }

    [Fact]
    public async Task Should_get_the_cause_when_a_request_fails()
    {
        (await Should.ThrowAsync<StreamNotFoundException>(() => AskAsync<StreamStats>(new GetStats("nope")))).Message.ShouldContain("'nope'");
        (await Should.ThrowAsync<InvalidOperationException>(() => AskAsync<ConfigurationReloaded>(new ReloadConfiguration()))).Message.ShouldContain("FromToml");
        (await Should.ThrowAsync<FormatException>(() => AskAsync<RecentEvents>(new GetEventsByType("", 1)))).Message.ShouldContain("pattern");
    }

    [Fact]
    public void Should_arrive_with_its_message_when_an_exception_is_public()
    {
        var exceptions = typeof(McpEvent).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(Exception))).ToArray();

        exceptions.ShouldContain(typeof(StreamNotFoundException));
        foreach (var type in exceptions)
        {
            object?[] arguments = [.. type.GetConstructors().Single().GetParameters().Select(Argument)];
            var sent = (Exception)Activator.CreateInstance(type, arguments)!;
            var serializer = _asker.Serialization.FindSerializerForType(typeof(Status.Failure));
            var failure = new Status.Failure(sent);

            var received = (Status.Failure)_asker.Serialization.Deserialize(
                serializer.ToBinary(failure), serializer.Identifier, Serialization.ManifestFor(serializer, failure));

            (received.Cause.GetType(), received.Cause.Message).ShouldBe((type, sent.Message));
        }
    }

    private static object? Argument(ParameterInfo parameter) => parameter.HasDefaultValue ? null
        : parameter.ParameterType == typeof(string) ? "no such thing"
        : ImmutableArray.Create(new ConfigurationFault("code", null, null, "jitter", "too high", "lower it"));

    private Task<T> AskAsync<T>(object request)
    {
        var address = ((ExtendedActorSystem)_host.System).Provider.DefaultAddress;
        return _asker.ActorSelection(new RootActorPath(address) / "user" / "mcp-sse").Ask<T>(request, Within.Limit);
    }
}
