using System.Net.ServerSentEvents;
using Akka.Actor;

namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>What people write by hand: the framework's parser, and a Tell for each event to the actor that handles it.</summary>
internal static class NaiveLoop
{
    public static async Task ConnectAsync(string url, SlowHandling handling)
    {
        var handler = ActorSystem.Create("naive").ActorOf(handling.Props);
        var stream = await new HttpClient().GetStreamAsync(url);
        _ = ReadAsync(stream, handler);
    }

    private static async Task ReadAsync(Stream stream, IActorRef handler)
    {
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
            handler.Tell(item);
    }
}
