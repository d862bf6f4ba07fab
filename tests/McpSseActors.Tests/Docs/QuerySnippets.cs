using Akka.Actor;
using Akka.Hosting;
using McpSseActors;
using McpSseActors.Hosting;
using Microsoft.Extensions.Hosting;

namespace Examples;

/// <summary>The pieces of docs/queries.md, and of what docs/configuration.md says of hosts.</summary>
internal static class QuerySnippets
{
    public static async Task<int> AskAsync(IActorRef streams, TimeSpan timeout)
    {
        // <docs:ask>
        var stats = await streams.Ask<StreamStats>(new GetStats("chat"), timeout);
        var chats = await streams.Ask<RecentEvents>(new GetEventsByType("chat.*", Count: 20, Stream: "chat"), timeout);
        // </docs:ask>
        return stats.IsConnected ? chats.Events.Length : -1;
    }

    public static async Task<bool> ComeAndGoAsync(IMcpSseClient client, string url)
    {
        // <docs:streams-at-run-time>
        var name = await client.AddStreamAsync(new StreamOptions { Name = "news", Enabled = true, ServerUrl = url });
        var names = await client.GetStreamsAsync();
        var existed = await client.RemoveStreamAsync(name);
        // </docs:streams-at-run-time>
        return existed && names.Contains(name);
    }

    public static async Task ReadAsync(IMcpSseClient client, CancellationToken stopping)
    {
        // <docs:read-events>
        await foreach (var received in client.ReadEventsAsync("chat.*", "chat", stopping))
        {
            Console.WriteLine(received.Text);
            if (received.Text.Contains("bye", StringComparison.Ordinal))
                break;
        }
        // </docs:read-events>
    }

    public static IHost Build(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        // <docs:options>
        builder.Services.AddMcpSseOptions(builder.Configuration.GetSection("mcp_sse"));
        builder.Services.AddAkka("app", (akka, sp) => akka.WithMcpSse(mcp => mcp.FromOptions(sp)));
        // </docs:options>
        return builder.Build();
    }

    public static void Reload(McpSseBuilder mcp, string file)
    {
        // <docs:reload>
        mcp.FromToml(file, reload: true);
        mcp.OnReloaded(options => Console.WriteLine($"The log shows {options.ConsoleLogLevel} and worse."));
        // </docs:reload>
    }
}

// <docs:state-listener>
public sealed class StateListener : ReceiveActor
{
    public StateListener(IRequiredActor<McpSse> streams, ChatRoom room)
    {
        Receive<StatesSubscribed>(now => room.Say($"{now.States.Length} stream(s)"));
        Receive<StreamStateChanged>(change => room.Say($"{change.Stream} is {change.NewState}: {change.Reason}"));
        streams.ActorRef.Tell(new SubscribeStates());
    }
}
// </docs:state-listener>
