using System.Diagnostics;
using McpSseActors.Tests.Configuration;

namespace McpSseActors.Tests.Connections;

/// <summary>A process that is paused for longer than its read_timeout: a laptop that sleeps, a debugger, a host that stalls.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class PauseSpec
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Should_read_what_came_meanwhile_on_the_same_connection()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var number = 0;
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            do
            {
                await exchange.WriteAsync($"data: n={Interlocked.Increment(ref number)}.\n\n");
            }
            while (await pace.WaitForNextTickAsync(exchange.Stopped));
        });
        using var file = new TempFile(Encoding.UTF8.GetBytes($"[mcp_sse]\nenable = true\nserver_url = \"{server.Url}\"\nread_timeout = 3\n"));
        using var tool = Run(file);
        try
        {
            await ReadUntilAsync(tool, "n=1.");

            await SignalAsync("STOP", tool);
            await Task.Delay(Pause);
            var last = Volatile.Read(ref number);
            await SignalAsync("CONT", tool);

            (await ReadUntilAsync(tool, $"n={last + 20}.")).ShouldBe(last + 19, "each event came, one after the other");
            server.Connections.ShouldBe(1);
        }
        finally
        {
            tool.Kill();
        }
    }

    [Fact]
    public async Task Should_take_the_answer_that_came_meanwhile()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var isPaused = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await isPaused.Task;
            await exchange.OpenAsync();
            await exchange.WriteAsync("data: n=1.\n\n");
            await exchange.StayAsync();
        });
        using var file = new TempFile(Encoding.UTF8.GetBytes($"[mcp_sse]\nenable = true\nserver_url = \"{server.Url}\"\nconnection_timeout = 3\n"));
        using var tool = Run(file);
        try
        {
            await server.NextRequestAsync();

            await SignalAsync("STOP", tool);
            isPaused.SetResult();
            await Task.Delay(Pause);
            await SignalAsync("CONT", tool);

            await ReadUntilAsync(tool, "n=1.");
            server.Connections.ShouldBe(1);
        }
        finally
        {
            tool.Kill();
        }
    }

    private static Process Run(TempFile file)
    {
        var tool = Process.Start(
            new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "mcp-sse.dll"), "run", "--config", file.Path, "--format", "json"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }).ShouldNotBeNull();
        _ = tool.StandardError.ReadToEndAsync();
        return tool;
    }

    // The number of events before the one that is waited for.
    private static async Task<int> ReadUntilAsync(Process tool, string text)
    {
        var events = 0;
        while (await Within.LimitAsync(tool.StandardOutput.ReadLineAsync()) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return events + (text == "n=1." ? 0 : 1);
            events += line.Contains("n=", StringComparison.Ordinal) ? 1 : 0;
        }

        throw new ShouldAssertException($"the tool ended before {text}");
    }

    private static async Task SignalAsync(string signal, Process process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }
}
