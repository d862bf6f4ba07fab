// <docs:statistics>
using Akka.Actor;
using Akka.Hosting;
using McpSseActors;
using McpSseActors.Hosting;
// </docs:statistics>

namespace Examples;

// <docs:statistics>
public sealed class StatusPage(IRequiredActor<McpSse> streams, IMcpSseClient client)
{
    public Task<StreamStats> WithActorsAsync() =>
        streams.ActorRef.Ask<StreamStats>(new GetStats("chat"), TimeSpan.FromSeconds(5));

    public Task<StreamStats> WithoutActorsAsync() => client.GetStatsAsync("chat");
}
// </docs:statistics>
