using Akka.Event;
using Akka.Hosting;
using McpSseActors;
using McpSseActors.Hosting;

namespace Examples;

/// <summary>The pieces of docs/troubleshooting.md.</summary>
internal static class TroubleshootingSnippets
{
    public interface ITokens
    {
        Task<string> GetAsync(string? scope, bool renew, CancellationToken cancellation);
    }

    public static void Credentials(McpSseBuilder mcp, string url, ITokens tokens)
    {
        // <docs:credentials>
        mcp.AddStream(url, stream => stream with
        {
            Credentials = async (context, cancellation) => await tokens.GetAsync(context.Challenge?.Scope, renew: context.WasRefused, cancellation),
        });
        // </docs:credentials>
    }

    public static void Logs(AkkaConfigurationBuilder akka)
    {
        // <docs:log-level>
        akka.ConfigureLoggers(loggers => loggers.LogLevel = LogLevel.DebugLevel);
        // </docs:log-level>

        // <docs:log-filter>
        akka.ConfigureLoggers(loggers => loggers.WithLogFilter(filter => filter.ExcludeSourceStartingWith("mcp.event_handler")));
        // </docs:log-filter>
    }

    public static IDisposable Watch(IMcpSseClient client)
    {
        // <docs:watch>
        var watch = client.OnStateChanged(change =>
            Console.WriteLine($"{change.Stream}: {change.NewState}, {change.Reason}"));
        // </docs:watch>
        return watch;
    }

    public static async Task<StreamStats> WhereAsync(IMcpSseClient client)
    {
        // <docs:where>
        var stats = await client.GetStatsAsync();
        Console.WriteLine($"received {stats.TotalEventsReceived} = dispatched {stats.Dispatched} + filtered {stats.Filtered} + unhandled {stats.Unhandled} + duplicate");
        Console.WriteLine($"dropped: {string.Join(", ", stats.Dropped)}; handlers failed {stats.HandlerFailures} times; {stats.InFlight} in flight");
        // </docs:where>
        return stats;
    }
}
