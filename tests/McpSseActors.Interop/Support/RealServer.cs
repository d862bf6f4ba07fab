using System.Net;
using System.Net.Sockets;
using Shouldly;

namespace McpSseActors.Interop.Support;

/// <summary>A server of one of the official SDKs, in a process of its own that can be killed and started again at the same port.</summary>
internal sealed class RealServer : IDisposable
{
    private readonly Func<int, Child> _start;
    private readonly string _path;
    private readonly int _port = FreePort();
    private Child? _process;

    private RealServer(string path, Func<int, Child> start)
    {
        _path = path;
        _start = start;
    }

    public string Url => $"http://127.0.0.1:{_port}{_path}";

    /// <summary>Starts a server of this kind.</summary>
    public static async Task<RealServer> StartAsync(string kind)
    {
        var server = kind switch
        {
            "everything, sse" => new RealServer("/sse", port => Everything("sse", port)),
            "everything, streamable" => new RealServer("/mcp", port => Everything("streamableHttp", port)),
            "c#, /mcp" => new RealServer("/mcp", CSharp),
            "c#, /sse" => new RealServer("/sse", CSharp),
            "typescript" => new RealServer("/", port => new Child("node", ["typescript-server.mjs", $"{port}"])),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no server of this kind"),
        };
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        _process = _start(_port);
        await Eventually.HoldsAsync(() => IsListening().ShouldBeTrue(string.Join('\n', _process.Lines)));
    }

    public void Kill() => _process!.Kill();

    public async Task TerminateAsync()
    {
        _process!.Terminate();
        await _process.EndAsync();
    }

    public void Dispose() => _process?.Dispose();

    private static Child Everything(string mode, int port) =>
        new("node", [Folders.Npm("@modelcontextprotocol", "server-everything", "dist", "index.js"), mode], ("PORT", $"{port}"));

    private static Child CSharp(int port) => new("dotnet", [Folders.CSharpServer, $"{port}"]);

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private bool IsListening()
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
