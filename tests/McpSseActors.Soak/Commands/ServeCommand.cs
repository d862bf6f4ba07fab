using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using McpSseActors.Soak.Client;
using McpSseActors.TestServer.Faults;

namespace McpSseActors.Soak.Commands;

/// <summary><c>serve</c>: the server of a soak, in a separate process, so that its memory is not counted for the client.</summary>
internal static class ServeCommand
{
    /// <summary>The line on standard input after which no more events and faults are made.</summary>
    public const string Finish = "finish";

    private static readonly TimeSpan StatusEvery = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var command = new Command("serve", """
            Runs the server alone, as soak does in a second process.
            It prints a line of JSON five times a second, makes no more events and faults after the line 'finish' on standard input,
            counts the numbers of handled events that come there, a line each, and ends with the end of its standard input.
            """);
        var rate = Values.Rate();
        var faultEvery = Values.FaultEvery();
        var seed = Values.Seed();
        command.Add(rate);
        command.Add(faultEvery);
        command.Add(seed);
        command.SetAction(parsed => RunAsync(new FaultServerSettings(parsed.GetValue(rate), parsed.GetValue(faultEvery), parsed.SeedOf(seed))));
        return command;
    }

    // Ctrl-C goes to both processes. This one leaves it to its parent, which closes the input when it is done.
    private static async Task<int> RunAsync(FaultServerSettings settings)
    {
        using var stop = new CancellationTokenSource();
        var server = new FaultServer(settings);
        var handled = new HandledCount();
        var running = Task.WhenAll(server.RunAsync(stop.Token), ReportAsync(() => new ServerReport(server.Status, Volatile.Read(ref handled)), stop.Token));
        while (await Task.Run(Console.In.ReadLine) is { } line)
        {
            if (line == Finish)
                server.Finish();
            else if (long.TryParse(line, CultureInfo.InvariantCulture, out var number))
                Volatile.Write(ref handled, handled.Add(number));
        }

        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCodes.Held;
    }

    private static async Task ReportAsync(Func<ServerReport> report, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(StatusEvery);
        do
        {
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report()));
        }
        while (await timer.WaitForNextTickAsync(stop));
    }
}
