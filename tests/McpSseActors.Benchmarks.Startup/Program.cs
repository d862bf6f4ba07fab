using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Akka.Hosting;
using McpSseActors;
using McpSseActors.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// Programs whose start is timed. Each is in its own method, so that what it uses is loaded only when it runs.
var start = Stopwatch.GetTimestamp();
switch (args)
{
    case ["hello"]:
        Hello();
        break;
    case ["loop", var url]:
        await LoopAsync(url);
        break;
    case ["host", var url]:
        await HostAsync(url);
        break;
    default:
        return 1;
}

Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ms {Stopwatch.GetElapsedTime(start).TotalMilliseconds}"));
return 0;

static void Hello() => Console.Out.WriteLine("Hello, world!");

[MethodImpl(MethodImplOptions.NoInlining)]
static async Task LoopAsync(string url)
{
    using var client = new HttpClient();
    await using var body = await client.GetStreamAsync(url);
}

[MethodImpl(MethodImplOptions.NoInlining)]
static async Task HostAsync(string url)
{
    var builder = Host.CreateApplicationBuilder();
    builder.Services.AddMcpSseClient();
    builder.Services.AddAkka("app", akka => akka.WithMcpSse(mcp => mcp.AddStream(url).AddHandler((McpEvent _) => { })));
    var host = builder.Build();
    var connected = new TaskCompletionSource();
    using var states = host.Services.GetRequiredService<IMcpSseClient>().OnStateChanged(change =>
    {
        if (change.NewState is ConnectionState.Connected)
            connected.TrySetResult();
    });
    await host.StartAsync();
    await connected.Task;
}
