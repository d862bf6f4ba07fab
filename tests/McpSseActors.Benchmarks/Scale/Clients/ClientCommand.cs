using System.CommandLine;
using System.Text.Json;
using System.Threading.Channels;
using McpSseActors.Benchmarks.Commands;

namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary><c>scale client</c>: a measured client, in the process that <c>ClientProcess</c> starts.</summary>
internal static class ClientCommand
{
    public const string Memory = "memory";
    public const string Latency = "latency";
    public const string Reconnect = "reconnect";
    public const string Idle = "idle";
    public const string Busy = "busy";
    public const string Many = "many";

    public static Command Create()
    {
        var client = new Argument<string>("client");
        var settings = new Argument<string>("settings");
        var command = new Command(
            "client",
            "A measured client, as the other commands start it. It prints what it measures as lines of JSON, and ends with its input.")
        {
            client,
            settings,
        };
        command.Hidden = true;
        command.SetAction(async parsed =>
        {
            var parent = new Parent();
            try
            {
                await await Task.WhenAny(parent.Gone, RunAsync(parsed.GetValue(client)!, parsed.GetValue(settings)!, parent));
                return ExitCodes.Measured;
            }
            catch (ChannelClosedException)
            {
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    private static Task RunAsync(string client, string settings, Parent parent) => client switch
    {
        Memory => MemoryClient.RunAsync(Read<MemorySettings>(settings), parent),
        Latency => LatencyClient.RunAsync(Read<LatencySettings>(settings), parent),
        Reconnect => ReconnectClient.RunAsync(Read<ReconnectSettings>(settings), parent),
        Idle => IdleClient.RunAsync(Read<IdleSettings>(settings), parent),
        Many => ManyClient.RunAsync(Read<ManySettings>(settings), parent),
        Busy => BusyClient.RunAsync(Read<BusySettings>(settings), parent),
        _ => throw new ArgumentOutOfRangeException(nameof(client), client, "not a client that can be measured"),
    };

    private static T Read<T>(string settings) => JsonSerializer.Deserialize<T>(settings)!;
}
