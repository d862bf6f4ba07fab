using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Tests.Hosting;

/// <summary>A host whose handlers cannot work does not start, or says so.</summary>
public sealed class StartCheckSpec
{
    public static TheoryData<string, Action<McpSseBuilder>, string> Impossible => new()
    {
        { "a service is missing", mcp => mcp.AddHandler<Needs<IMissing>>("chat.*"), "the handler Needs`1 of chat.* cannot be created: the constructor of Needs`1 needs IMissing" },
        { "a service lacks a service", mcp => mcp.AddHandler<Needs<Lacking>>(), "IMissing" },
        { "the argument is missing", mcp => mcp.AddHandler<Needs<Uri>>(), "needs Uri" },
        { "an argument does not fit", mcp => mcp.AddHandler(HandlerRegistration.ForActor<Needs<Journal>>("*", new Uri("http://host"))), "no constructor of Needs`1 takes the 1 given argument(s)" },
        { "a keyed service is missing", mcp => mcp.AddHandler<NeedsKeyed>(), "needs Journal" },
        { "no constructor is public", mcp => mcp.AddHandler<Hidden>(), "Hidden has no public constructor" },
        { "a scoped handler lacks a service", mcp => mcp.AddScopedHandler<ScopedNeeds<IMissing>>(), "needs IMissing" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task Should_not_start_and_name_the_handler_when(string what, Action<McpSseBuilder> add, string reason)
    {
        var refused = await Should.ThrowAsync<McpSseConfigurationException>(() => StartAsync(add), what);

        refused.Faults.ShouldHaveSingleItem().ToString().ShouldContain(reason);
    }

    [Theory]
    [InlineData("mcp-sse.handlers.by-name.chat.retry.max-attempts = 0")]
    [InlineData("mcp-sse.pipeline.chunk-size = much")]
    public async Task Should_not_start_when_a_setting_of_the_actors_is_wrong(string hocon)
    {
        var fault = await Should.ThrowAsync<McpSseConfigurationException>(() => McpSseHost.StartAsync(_ => { }, hocon));

        fault.Message.ShouldContain($"HOCON: {hocon.Split(' ')[0]}: ");
    }

    [Fact]
    public async Task Should_name_every_handler_when_several_cannot_be_created()
    {
        var refused = await Should.ThrowAsync<McpSseConfigurationException>(() => StartAsync(mcp => mcp.AddHandler<Needs<IMissing>>("a").AddHandler<NeedsKeyed>("b")));

        refused.Faults.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Should_start_when_arguments_services_and_defaults_together_suffice()
    {
        await using var host = await StartAsync(
            mcp => mcp
                .AddHandler(HandlerRegistration.ForActor<Needs<Uri>>("*", new Uri("http://host")))
                .AddHandler<WithDefault>()
                .AddHandler<TwoConstructors>()
                .AddHandler<Needs<Journal>>()
                .AddHandler<Needs<IEnumerable<IMissing>>>(),
            services => services.AddSingleton<Journal>());

        (await host.Client.GetHandlersAsync()).Length.ShouldBe(6, "the event log is one");
        (await host.Client.GetStatsAsync()).ShouldSatisfyAllConditions(
            stats => stats.StoppedHandlers.ShouldBeEmpty(), stats => stats.GlobalHandlers.ShouldBe(6));
    }

    [Fact]
    public async Task Should_refuse_a_handler_at_run_time_when_its_service_is_missing()
    {
        await using var host = await StartAsync(_ => { });

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => host.Client.AddHandlerAsync(HandlerRegistration.ForActor<Needs<IMissing>>("*")));

        refused.Message.ShouldContain("needs IMissing");
        (await host.Client.GetStatsAsync()).StoppedHandlers.ShouldBeEmpty("who asked knows");
    }

    [Fact]
    public async Task Should_degrade_the_health_and_keep_the_reason_when_a_handler_has_stopped()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "s" }).AddHandler("chat.*", Props.Create<CannotStart>()),
            services: services => services.AddHealthChecks(),
            akka: akka => akka.WithMcpSseHealthCheck());
        await host.States.UntilAsync(ConnectionState.Connected);

        await Eventually.HoldsAsync(async () =>
        {
            var stopped = (await host.Client.GetStatsAsync()).StoppedHandlers.ShouldHaveSingleItem();
            stopped.ShouldSatisfyAllConditions(
                s => s.Name.ShouldBe("CannotStart"), s => s.Pattern.ShouldBe("chat.*"), s => s.Reason.ShouldBe("it cannot start: InvalidOperationException"));
            var health = (await host.Service<HealthCheckService>().CheckHealthAsync()).Entries["mcp-sse"];
            health.Status.ShouldBe(HealthStatus.Degraded);
            health.Description.ShouldNotBeNull().ShouldStartWith("1 of 1 stream(s) connected; handler CannotStart of s has stopped: it cannot start: ");
        });

        await host.Client.RemoveHandlerAsync("CannotStart");
        (await host.Client.GetStatsAsync()).StoppedHandlers.ShouldBeEmpty();
        (await host.Service<HealthCheckService>().CheckHealthAsync()).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Should_be_healthy_again_when_a_handler_of_the_name_is_added()
    {
        await using var host = await StartAsync(mcp => mcp.AddHandler(HandlerRegistration.ForProps("*", Props.Create<CannotStart>()) with { Name = "mine" }));
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).StoppedHandlers.ShouldHaveSingleItem());

        await host.Client.AddHandlerAsync(HandlerRegistration.ForDelegate("*", (McpEvent _) => { }) with { Name = "mine" });

        (await host.Client.GetStatsAsync()).StoppedHandlers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_miss_no_handler_when_an_actor_of_the_host_or_a_reader_has_ended()
    {
        await using var host = await StartAsync(_ => { });
        var actor = host.System.ActorOf(Props.Create<Quiet>());
        await host.Client.AddHandlerAsync(HandlerRegistration.ForActorRef("*", actor));
        host.System.Stop(actor);

        await Eventually.HoldsAsync(async () => (await host.Client.GetHandlersAsync()).Select(h => h.Name).ShouldBe(["event-log"]));

        (await host.Client.GetStatsAsync()).StoppedHandlers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_be_unhealthy_until_it_is_added_or_removed_when_a_stream_was_killed()
    {
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(new StreamOptions { Name = "s" }), services: services => services.AddHealthChecks(), akka: akka => akka.WithMcpSseHealthCheck());

        await host.Client.GetStatsAsync();
        host.System.ActorSelection("/user/mcp-sse/s").Tell(Kill.Instance);

        await Eventually.HoldsAsync(async () =>
        {
            var health = (await host.Service<HealthCheckService>().CheckHealthAsync()).Entries["mcp-sse"];
            health.Status.ShouldBe(HealthStatus.Unhealthy);
            health.Description.ShouldBe("0 of 1 stream(s) connected; s does not answer");
        });
        await host.Client.RemoveStreamAsync("s");
        (await host.Service<HealthCheckService>().CheckHealthAsync()).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Should_say_so_when_the_streams_are_named_twice()
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => McpSseHost.StartAsync(_ => { }, akka: akka => akka.WithMcpSse(_ => { })));

        refused.Message.ShouldBe("WithMcpSse was called twice for one actor system. Name all streams and handlers in one call.");
    }

    [Fact]
    public async Task Should_say_so_at_once_when_the_host_has_no_streams()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka("test", _ => { });
        using var host = builder.Build();
        await host.StartAsync();
        var client = host.Services.GetRequiredService<IMcpSseClient>();

        (await Should.ThrowAsync<InvalidOperationException>(() => client.GetStatsAsync())).Message.ShouldContain("AddMcpSseClient needs WithMcpSse");
        Should.Throw<InvalidOperationException>(() => client.OnStateChanged(_ => { }));
        await host.StopAsync();
    }

    [Fact]
    public async Task Should_deliver_when_the_creators_of_actors_are_serialised()
    {
        await using var server = new ScriptedServer(Script.Sends("data: 1\n\n"));
        var seen = new TaskCompletionSource<string>();
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString())
                .AddHandler(HandlerRegistration.ForDelegate("*", (McpEvent received) => { seen.TrySetResult(received.Text); }) with { Overflow = HandlerOverflow.DropOldest })
                .AddHandler(HandlerRegistration.ForActor<Needs<Uri>>("*", new Uri("http://host"))),
            "akka.actor.serialize-creators = on");
        using var subscription = host.Client.OnStateChanged(_ => { });

        (await seen.Task.WaitAsync(Within.Limit)).ShouldBe("1");
        (await host.Client.GetStatsAsync()).StoppedHandlers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_not_start_when_the_props_of_a_handler_cannot_be_serialised()
    {
        const string Serialized = "akka.actor.serialize-creators = on";
        var props = Props.Create(() => new Needs<Unwritable>(new Unwritable()));

        var refused = await Should.ThrowAsync<McpSseConfigurationException>(() => McpSseHost.StartAsync(
            mcp => mcp.AddStream(new StreamOptions { Name = "s" }).AddHandler("chat.*", props), Serialized));
        refused.Faults.ShouldHaveSingleItem().ToString()
            .ShouldContain("of chat.* cannot be created: akka.actor.serialize-creators is on, and Unwritable of its props cannot be serialised");

        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(new StreamOptions { Name = "s" }).AddHandler("chat.*", props.WithDeploy(Deploy.Local)), Serialized);
        (await host.Client.GetStatsAsync()).StoppedHandlers.ShouldBeEmpty();
        (await Should.ThrowAsync<InvalidOperationException>(() => host.Client.AddHandlerAsync(HandlerRegistration.ForProps("*", props))))
            .Message.ShouldContain("Unwritable of its props");
    }

    [Fact]
    public async Task Should_not_start_when_the_fence_cannot_be_serialised()
    {
        var refused = await Should.ThrowAsync<McpSseConfigurationException>(() => McpSseHost.StartAsync(
            mcp => mcp.AddStream(new StreamOptions { Name = "s" }), "akka.actor.serialization-settings.allow-unregistered-types = off"));

        refused.Message.ShouldContain("Akka.Actor.Identify must be sent to handlers, but has no serializer");
    }

    private static Task<McpSseHost> StartAsync(Action<McpSseBuilder> add, Action<IServiceCollection>? services = null) => McpSseHost.StartAsync(
        mcp => add(mcp.AddStream(new StreamOptions { Name = "s" })),
        services: all =>
        {
            all.AddSingleton<Lacking>();
            services?.Invoke(all);
        });

    private interface IMissing;

    private sealed class Unwritable
    {
        public int Value { get => field > 0 ? field : throw new InvalidOperationException("as the test wants it"); set; }
    }

    private sealed class Journal;

    private sealed class Lacking(IMissing missing)
    {
        public IMissing Missing => missing;
    }

    private class Quiet : ReceiveActor
    {
        public Quiet() => ReceiveAny(_ => { });
    }

    private sealed class Needs<T>(T service) : Quiet
    {
        public T Service => service;
    }

    private sealed class NeedsKeyed([FromKeyedServices("key")] Journal journal) : Quiet
    {
        public Journal Journal => journal;
    }

    private sealed class WithDefault(IMissing? missing = null) : Quiet
    {
        public IMissing? Missing => missing;
    }

    private sealed class TwoConstructors : Quiet
    {
        public TwoConstructors()
        {
        }

        public TwoConstructors(IMissing missing) => Missing = missing;

        public IMissing? Missing { get; }
    }

    private sealed class Hidden : Quiet
    {
        private Hidden()
        {
        }
    }

    private sealed class CannotStart : ReceiveActor
    {
        public CannotStart() => throw new InvalidOperationException("no");
    }

    private sealed class ScopedNeeds<T>(T service) : IEventHandler
    {
        public T Service => service;

        public Task HandleAsync(McpEvent received, CancellationToken cancellation) => Task.CompletedTask;
    }
}
