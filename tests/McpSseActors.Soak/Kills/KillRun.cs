using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using McpSseActors.Soak.Support;
using McpSseActors.TestServer.Faults;
using McpSseActors.TestServer.Scripted;
using McpSseActors.TestSupport.Processes;

namespace McpSseActors.Soak.Kills;

/// <summary>Starts the host, kills it, and starts it again, until every event was handled.</summary>
internal sealed class KillRun(int kills, int events, double rate, string store, bool inTransactions, ulong seed)
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
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kill {kills} times, {events} events over {Streams} streams, {rate} a second, store {store}{(inTransactions ? " in transactions of the handlers" : "")}, seed {seed}"));
        var folder = Directory.CreateTempSubdirectory("kill-");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var server = new ScriptedServer(SendAsync);
        var name = store is "postgresql" ? Environment.GetEnvironmentVariable(Variable)! : $"{store}:{Path.Combine(folder.FullName, "positions")}";
        var opened = Store.Parse(name);
        if (inTransactions)
            await TransactionRecorder.CreateAsync(opened.Database!);
        var done = 0;
        try
        {
            for (; done < kills && !_handled.AreAll; done++)
            {
                await RunHostAsync(listener, server.Port, name, isKilled: true, ending);
                if ((done + 1) % 10 == 0)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done + 1} kills, {_handled.Count} events handled, {_handled.Repeats} repeats"));
            }

            await RunHostAsync(listener, server.Port, name, isKilled: false, ending);
            return _handled.Judge(done, inTransactions ? await TransactionRecorder.CountAsync(opened.Database!) : null);
        }
        finally
        {
            if (opened.Database is { } database)
                await database.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private async Task RunHostAsync(TcpListener listener, int server, string name, bool isKilled, CancellationToken ending)
    {
        _handled.BeginProcess();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var start = ThisProgram.With(processors: null, "handle", "--server", $"{server}", "--ledger", $"{port}", "--store", name, "--in-transactions", $"{inTransactions}");
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
