using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using McpSseActors.Cluster;
using McpSseActors.Dashboard;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Demo;
using McpSseActors.TestServer.Scripted;

namespace McpSseActors.ClusterSample;

/// <summary>
/// Starts the server of the events, three nodes, and a fourth one without streams, which shows them all in the dashboard. Obeys commands, and says what
/// happens to the streams.
/// </summary>
internal sealed class Demo(TextReader input, TextWriter output)
{
    public const string ActorSystem = "demo";

    /// <summary>What nodes say of each other when one is killed is of no use here.</summary>
    public const string Quiet = "akka.stdout-loglevel = OFF\nakka.loglevel = OFF\nakka.loggers = []";

    private const string Commands = """

        Type a command and press Enter:
          kill 2     kill node 2, as a crash does (kill -9)
          stop 2     let node 2 leave: it hands its streams over
          start 2    start node 2 again
          quit       end the demo, as Ctrl-C does

        """;

    private const int Nodes = 3;
    private const double EventsPerSecond = 10;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    // Nodes read it themselves: a command line can be seen by all users.
    private const string Database = "POSTGRESQL";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Ledger _ledger = new();
    private readonly NodeProcess?[] _nodes = new NodeProcess?[Nodes];
    private readonly int[] _ports = [.. Enumerable.Range(0, Nodes).Select(_ => Ports.Free())];
    private readonly Channel<(string Command, int Node)> _todo = Channel.CreateUnbounded<(string, int)>();
    private readonly long _start = Stopwatch.GetTimestamp();
    private DemoServer _server = null!;
    private string _positions = "";

    private string[] Seeds => [.. _ports.Select(port => $"akka.tcp://{ActorSystem}@127.0.0.1:{port}")];

    /// <summary>Runs until the end of the commands, or Ctrl-C.</summary>
    /// <returns>0 if no event was lost, and 1 otherwise.</returns>
    public async Task<int> RunAsync()
    {
        await using var server = _server = await DemoServer.StartAsync(new DemoServerOptions { Rate = EventsPerSecond, ReplayBuffer = 1_000_000, ReplayToNewClients = true });
        await using var app = BuildWatcher();
        await app.StartAsync();
        var ending = app.Lifetime.ApplicationStopping;
        try
        {
            var url = app.Urls.Single();
            _positions = string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Database)) ? $"{url}/positions/" : Database;
            Say($"A server sends {Node.Streams.Length} streams, {EventsPerSecond} events per second each.");
            Say($"Positions are kept in {(_positions == Database ? "PostgreSQL" : $"the memory of this process; set {Database} to a connection string to use a database")}.");
            Say($"See the streams on {url}/mcp-sse");
            for (var node = 0; node < Nodes; node++)
                Start(node);
            await UntilAsync(() => _ledger.HasReached(1) && IsBalanced, ending);
            await SettleAsync(ending);
            output.WriteLine(Commands);
            _ = Task.Run(ReadCommandsAsync, CancellationToken.None);
            await foreach (var (command, node) in _todo.Reader.ReadAllAsync(ending))
                await ObeyAsync(command, node, ending);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            output.WriteLine();
        }
        catch (TimeoutException stuck)
        {
            Say(stuck.Message);
            return 1;
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
            foreach (var node in _nodes)
                node?.Dispose();
        }

        Say($"The demo ends, and its nodes have ended. {Total}");
        return _ledger.Lost == 0 ? 0 : 1;
    }

    private string Total => string.Create(CultureInfo.InvariantCulture, $"{_ledger.Handled:N0} events handled, {_ledger.Lost} lost, {_ledger.Repeats} handled again.");

    private IEnumerable<NodeProcess> Running => _nodes.OfType<NodeProcess>().Where(node => !node.HasEnded);

    private bool IsBalanced => Running.All(node => _ledger.StreamsOf(node.Name).Length >= (Node.Streams.Length / Running.Count()) - 1);

    // A node of the cluster without streams: it asks the others.
    private WebApplication BuildWatcher()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka(ActorSystem, akka => akka
            .WithRemoting("127.0.0.1", Ports.Free())
            .WithClustering(new ClusterOptions { SeedNodes = Seeds, MinimumNumberOfMembers = 2 })
            .WithMcpSseClusterProxy(Node.Role)
            .AddHocon(Quiet, HoconAddMode.Prepend));
        var app = builder.Build();
        app.MapMcpSseDashboard();
        DemoPositions.Map(app);
        return app;
    }

    private async Task ReadCommandsAsync()
    {
        while (await input.ReadLineAsync() is { } line)
            await _todo.Writer.WriteAsync(line.Trim().Split(' ') is [var command, var node] && int.TryParse(node, out var number)
                ? (command, number - 1) : (line.Trim(), -1));
        await _todo.Writer.WriteAsync(("quit", -1));
    }

    private Task ObeyAsync(string command, int node, CancellationToken ending)
    {
        var known = node is >= 0 and < Nodes ? _nodes[node] : null;
        switch (command)
        {
            case "kill" or "stop" when known is { HasEnded: false } && Running.Count() == 1:
                Say($"{known.Name} is the only one that runs: start another first.");
                break;
            case "kill" or "stop" when known is { HasEnded: false }:
                return EndAsync(known, command == "kill", ending);
            case "start" when node is >= 0 and < Nodes && known is null or { HasEnded: true }:
                return StartAgainAsync(node, ending);
            case "ended" when known is { HasEnded: true } && _ledger.StreamsOf(known.Name) is { Length: > 0 } streams:
                Say($"{known.Name} has ended.");
                return UntilElsewhereAsync(known, streams, Stopwatch.GetTimestamp(), ending);
            case "quit":
                _todo.Writer.TryComplete();
                break;
            case "" or "ended":
                break;
            default:
                Say($"'{(node < 0 ? command : $"{command} {node + 1}")}' does nothing: write kill or stop with the number of a running node, start with that of another, or quit.");
                break;
        }

        return Task.CompletedTask;
    }

    private void Start(int node)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"node {node + 1}");
        _nodes[node]?.Dispose();
        _nodes[node] = NodeProcess.Start(
            name,
            [_ports[node].ToString(CultureInfo.InvariantCulture), string.Join(',', Seeds), _server.Url.AbsoluteUri, _positions],
            (from, line) => _ledger.Add(from.Name, line),
            _ => _todo.Writer.TryWrite(("ended", node)));
        Say($"{name} starts: 127.0.0.1:{_ports[node]}, process {_nodes[node]!.Id}.");
    }

    private async Task EndAsync(NodeProcess node, bool isKilled, CancellationToken ending)
    {
        var streams = _ledger.StreamsOf(node.Name);
        var start = Stopwatch.GetTimestamp();
        if (isKilled)
            node.Kill();
        else
            node.Leave();
        Say(isKilled ? $"{node.Name} was killed. Nobody reads its {streams.Length} streams now." : $"{node.Name} leaves. It hands its {streams.Length} streams over.");
        await node.HasEndedAsync().WaitAsync(ending);
        await UntilElsewhereAsync(node, streams, start, ending);
    }

    private async Task UntilElsewhereAsync(NodeProcess node, string[] streams, long start, CancellationToken ending)
    {
        var left = streams.ToList();
        await UntilAsync(HaveAllMoved, ending);
        await SettleAsync(ending);

        bool HaveAllMoved()
        {
            foreach (var stream in left.ToArray())
            {
                if (_ledger.NodeOf(stream) is { } now && now != node.Name)
                {
                    Say(string.Create(CultureInfo.InvariantCulture, $"  {stream} resumes on {now} after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s."));
                    left.Remove(stream);
                }
            }

            return left.Count == 0;
        }
    }

    private async Task StartAgainAsync(int node, CancellationToken ending)
    {
        Start(node);
        await UntilAsync(() => IsBalanced, ending);
        await SettleAsync(ending);
    }

    // Every stream has handled what the server had sent by now.
    private async Task SettleAsync(CancellationToken ending)
    {
        var newest = _server.Produced;
        await UntilAsync(() => _ledger.HasReached(newest), ending);
        Say($"All {Node.Streams.Length} streams run: {string.Join(", ", Running.Select(node => $"{_ledger.StreamsOf(node.Name).Length} on {node.Name}"))}. {Total}");
    }

    private static async Task UntilAsync(Func<bool> holds, CancellationToken ending)
    {
        using var timer = new PeriodicTimer(Look);
        for (var start = Stopwatch.GetTimestamp(); !holds(); await timer.WaitForNextTickAsync(ending))
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new TimeoutException($"Nothing has come of it for {Patience.TotalMinutes} minutes.");
        }
    }

    private void Say(string line) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_start).TotalSeconds,6:0.0} s  {line}"));
}
