using McpSseActors.TestServer.Scripted;
using McpSseActors.TestSupport;
using Shouldly;

namespace McpSseActors.Interop.Support;

/// <summary>A server of one of the official SDKs, in a separate process that can be killed and started again at the same port.</summary>
internal sealed class RealServer : IDisposable
{
    /// <summary>How many events a server of events has.</summary>
    public const int Events = 1000;

    private readonly string _kind;
    private readonly Func<int, Child> _start;
    private readonly Stirring _stirring = new();
    private Child? _process;

    private RealServer(string kind, int port, string path, Func<int, Child> start)
    {
        _kind = kind;
        _start = start;
        Port = port;
        Url = $"http://127.0.0.1:{port}{path}";
    }

    public int Port { get; }

    public string Url { get; }

    /// <summary>A resource that it has, and of which it tells.</summary>
    public string Resource => _kind.StartsWith("everything", StringComparison.Ordinal) ? "demo://resource/dynamic/text/1" : "demo://a";

    /// <summary>Starts a server of this kind.</summary>
    public static async Task<RealServer> StartAsync(string kind, int? onPort = null, int interval = 5)
    {
        // A server of events that is started again has the same history.
        string[] history = [$"{DateTimeOffset.UtcNow.AddSeconds(4).ToUnixTimeMilliseconds()}", $"{interval}", $"{Events}"];
        var port = onPort ?? Ports.Free();
        var server = kind switch
        {
            "everything, sse" => new RealServer(kind, port, "/sse", at => Everything("sse", at)),
            "everything, streamable" => new RealServer(kind, port, "/mcp", at => Everything("streamableHttp", at)),
            "c#, /mcp" => new RealServer(kind, port, "/mcp", CSharp),
            "c#, /sse" => new RealServer(kind, port, "/sse", CSharp),
            "typescript" => new RealServer(kind, port, "/", at => new Child("node", ["typescript-server.mjs", $"{at}"])),
            "c#, events" => new RealServer(kind, port, "/mcp", at => new Child("dotnet", [Folders.CSharpServer, $"{at}", .. history])),
            "typescript, events" => new RealServer(kind, port, "/", at => new Child("node", ["typescript-events-server.mjs", $"{at}", .. history])),
            "mcp-handler" => new RealServer(kind, port, "/", at => new Child("node", ["mcp-handler-server.mjs", $"{at}", .. history])),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no server of this kind"),
        };
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        _process?.Dispose();
        _process = _start(Port);
        await Eventually.HoldsAsync(() => Ports.IsListening(Port).ShouldBeTrue(_process.Said));
    }

    /// <summary>Makes it tell of what a client subscribed to. Only server-everything has to be asked; the others tell by themselves.</summary>
    /// <param name="said">What the client heard so far.</param>
    public Task StirAsync(Func<IEnumerable<string>> said) => _kind switch
    {
        "everything, sse" => _stirring.AsHttpSseAsync(Port, said),
        "everything, streamable" => _stirring.AsStreamableAsync(Url, said),
        _ => Task.CompletedTask,
    };

    public void Kill() => _process!.Kill();

    public async Task TerminateAsync()
    {
        _process!.Terminate();
        await _process.EndAsync();
    }

    public void Dispose() => _process?.Dispose();

    private static Child Everything(string mode, int port) =>
        new("node", ["--import", "./loopback.mjs", Folders.Npm("@modelcontextprotocol", "server-everything", "dist", "index.js"), mode], ("PORT", $"{port}"));

    private static Child CSharp(int port) => new("dotnet", [Folders.CSharpServer, $"{port}"]);
}
