// <docs:getting-started>
using Akka.Hosting;
using McpSseActors;
using McpSseActors.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
// </docs:getting-started>

namespace Examples;

/// <summary>The program of docs/getting-started.md.</summary>
internal static class GettingStartedSnippets
{
    public static IHost Build(string[] args)
    {
        // <docs:getting-started>
        var file = args is [var given] ? given : "mcp-sse.toml";

        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton<ChatRoom>();
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka("app", (akka, sp) => akka.WithMcpSse(mcp => mcp
            .FromToml(file)
            .AddHandler<ChatHandler>("chat.message")
            .AddHandler("system.shutdown", (McpEvent received) => Console.WriteLine($"The server goes: {received.Text}"))));

        var host = builder.Build();
        // </docs:getting-started>
        return host;
    }

    public static async Task RunAsync(IHost host)
    {
        // <docs:getting-started>
        await host.RunAsync();
        // </docs:getting-started>
    }
}

/// <summary>The service of docs/getting-started.md.</summary>
internal static class GettingStarted
{
    // <docs:chat-room>
    public sealed class ChatRoom
    {
        private int _lines;

        public void Say(string line) => Console.WriteLine($"chat {++_lines}: {line}");
    }
    // </docs:chat-room>
}
