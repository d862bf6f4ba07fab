using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using McpSseActors.Soak.Support;
using McpSseActors.TestServer.Events;
using McpSseActors.TestServer.Faults;
using McpSseActors.TestServer.Scripted;
using McpSseActors.TestSupport.Processes;

namespace McpSseActors.Soak.Kills;

/// <summary>Starts the host, kills it, and starts it again, until every event was handled.</summary>
internal sealed class KillRun(int kills, int events, double rate, string store, bool inTransactions, bool persist, McpEventMode? mcpEvents, ulong seed)
{
    /// <summary>Names the PostgreSQL server.</summary>
    public const string Variable = "POSTGRESQL";

    public static readonly int Streams = HandlingHost.Streams.Length;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly HandledEvents _handled = new(HandlingHost.Streams, events / Streams);
    private readonly SeededRandom _random = new(seed);

    public async Task<Verdict> RunAsync(CancellationToken ending)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kill {kills} times, {events} events over {Streams} streams, {rate} a second, store {store}{(inTransactions ? " in transactions of the handlers" : "")}{(persist ? ", streams added at run time" : "")}{(mcpEvents is null ? "" : $", MCP events by {mcpEvents}")}, seed {seed}"));
        var folder = Directory.CreateTempSubdirectory("kill-");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var plain = new ScriptedServer(SendAsync);
        await using var ofEvents = await EventsServer.StartAsync(new EventsServerOptions
        {
            Types = [.. HandlingHost.Streams.Select(name => new ServedEventType(name))],
            ReplayBuffer = events * 2,
        });
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var server = mcpEvents is null ? plain.Port : ofEvents.Url.Port;
        var publishing = mcpEvents is null ? Task.CompletedTask : PublishAsync(ofEvents, over.Token);
        var name = store is "postgresql" ? Environment.GetEnvironmentVariable(Variable)! : $"{store}:{Path.Combine(folder.FullName, "positions")}";
        var opened = Store.Parse(name);
        if (inTransactions)
            await TransactionRecorder.CreateAsync(opened.Database!);
        var done = 0;
        try
        {
            for (; done < kills && !_handled.AreAll; done++)
            {
                await RunHostAsync(listener, server, name, isKilled: true, ending);
                if ((done + 1) % 10 == 0)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done + 1} kills, {_handled.Count} events handled, {_handled.Repeats} repeats"));
            }

            await RunHostAsync(listener, server, name, isKilled: false, ending);
            return _handled.Judge(done, kills, inTransactions ? await TransactionRecorder.CountAsync(opened.Database!) : null,
                isEveryRepeatMarked: store is "file", await opened.LettersAsync());
        }
        finally
        {
            await over.CancelAsync();
            await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opened.Database is { } database)
                await database.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private async Task RunHostAsync(TcpListener listener, int server, string name, bool isKilled, CancellationToken ending)
    {
        _handled.BeginProcess();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var start = ThisProgram.With(processors: null, "handle", "--server", $"{server}", "--ledger", $"{port}", "--store", name, "--in-transactions", $"{inTransactions}", "--persist", $"{persist}", "--mcp-events", $"{mcpEvents?.ToString().ToLowerInvariant() ?? "none"}");
        start.RedirectStandardOutput = false;
        using var process = Process.Start(start)!;
        try
        {
            using var connection = await listener.AcceptTcpClientAsync(ending).AsTask().WaitAsync(Limit, ending);
            var reading = ReadAsync(connection);
            if (isKilled)
            {
                await Task.WhenAny(_handled.FirstOfProcess, reading).WaitAsync(Limit, ending);
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Between(1, 800)), ending);
                process.Kill();
            }
            else
            {
                await _handled.All.WaitAsync(TimeSpan.FromSeconds(events / rate) + Limit, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                process.StandardInput.Close();
            }

            await reading.WaitAsync(Limit, ending);
            await process.WaitForExitAsync(ending).WaitAsync(Limit, ending);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private async Task ReadAsync(TcpClient connection)
    {
        using var reader = new StreamReader(connection.GetStream());
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                _handled.Add(line);
        }
        catch (IOException)
        {
            // The process was killed.
        }
    }

    // A subscription begins with what comes after it, so nothing comes before its first position is stored.
    private async Task PublishAsync(EventsServer server, CancellationToken over)
    {
        using var timer = new PeriodicTimer(Interval);
        while (server.Subscriptions < Streams)
            await timer.WaitForNextTickAsync(over);
        await Task.Delay(TimeSpan.FromSeconds(2), over);
        var batch = Math.Max(1, (int)(rate / Streams * Interval.TotalSeconds));
        for (var n = 1; n <= events / Streams;)
        {
            for (var i = 0; i < batch && n <= events / Streams; i++, n++)
            {
                foreach (var stream in HandlingHost.Streams)
                    server.Publish(stream, string.Create(CultureInfo.InvariantCulture, $"{{\"n\":{n}}}"));
            }

            await timer.WaitForNextTickAsync(over);
        }
    }

    // Each stream has its share of the rate.
    private async Task SendAsync(Exchange exchange)
    {
        await exchange.OpenAsync();
        var last = events / Streams;
        var batch = Math.Max(1, (int)(rate / Streams * Interval.TotalSeconds));
        using var timer = new PeriodicTimer(Interval);
        for (var n = int.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture) + 1; n <= last;)
        {
            var text = new StringBuilder();
            for (var i = 0; i < batch && n <= last; i++, n++)
                text.Append(CultureInfo.InvariantCulture, $"id: {n}\ndata: {{\"n\":{n}}}\n\n");
            await exchange.WriteAsync(text.ToString());
            await timer.WaitForNextTickAsync(exchange.Stopped);
        }

        await exchange.StayAsync();
    }
}
