using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.Tests.Mcp;

/// <summary>
/// An MCP server on a real socket that records what it is asked. It can be stopped, and started again at the same address. What it speaks is
/// its subclasses' matter.
/// </summary>
internal abstract class FakeMcp : IAsyncDisposable
{
    private readonly ConcurrentQueue<McpCall> _calls = new();
    private readonly ConcurrentQueue<PushStream> _streams = new();
    private CancellationTokenSource _stopped = new();
    private WebApplication? _app;
    private int _port;

    public string Url => $"http://127.0.0.1:{_port}/mcp";

    /// <summary>Sees each request before it is answered, to set headers of the response.</summary>
    public Action<HttpContext>? Before { get; set; }

    /// <summary>Has the first word: true is that it has answered.</summary>
    public Func<McpCall, Task<bool>>? Instead { get; set; }

    public IReadOnlyList<McpCall> Calls => [.. _calls];

    /// <summary>The streams that are listened to, the newest last.</summary>
    public IReadOnlyList<PushStream> Streams => [.. _streams];

    /// <summary>The newest of them.</summary>
    public PushStream Stream => _streams.Last();

    public string[] Asked => [.. _calls.Select(call => call.What)];

    public static async Task<T> StartAsync<T>(T server)
        where T : FakeMcp
    {
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        _stopped = new CancellationTokenSource();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        _app = builder.Build();
        _app.Run(ServeAsync);
        await _app.StartAsync();
        _port = new Uri(_app.Urls.Single()).Port;
    }

    /// <summary>Breaks every stream.</summary>
    public void Drop()
    {
        foreach (var stream in _streams)
            stream.Abort();
    }

    /// <summary>Stops listening, and breaks every connection.</summary>
    public async Task StopAsync()
    {
        Drop();
        await _stopped.CancelAsync();
        if (Interlocked.Exchange(ref _app, null) is not { } app)
            return;
        await app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>Waits for the request of this kind, the first or a later one.</summary>
    public async Task<McpCall> CallAsync(string what, int number = 1)
    {
        McpCall? found = null;
        await Eventually.HoldsAsync(() =>
        {
            found = _calls.Where(call => call.What == what).ElementAtOrDefault(number - 1);
            found.ShouldNotBeNull($"{what} did not come {number} time(s), but: {string.Join(", ", Asked)}");
        });
        return found!;
    }

    /// <summary>How often this was asked.</summary>
    public int Count(string what) => _calls.Count(call => call.What == what);

    /// <summary>Waits until so many streams are listened to and their first words are sent, and gives the newest.</summary>
    public async Task<PushStream> StreamAsync(int number)
    {
        await Eventually.HoldsAsync(() => _streams.ElementAtOrDefault(number - 1).ShouldNotBeNull().HasBegun.ShouldBeTrue());
        return _streams.ElementAt(number - 1);
    }

    /// <summary>Answers a request that came to another.</summary>
    public Task ServeAsync(McpCall call) => AnswerAsync(call);

    protected abstract Task AnswerAsync(McpCall call);

    /// <summary>Begins a stream that is listened to, with its first words.</summary>
    protected async Task<PushStream> OpenAsync(McpCall call, Func<PushStream, Task> begin)
    {
        var stream = await call.StreamAsync();
        _streams.Enqueue(stream);
        await begin(stream);
        stream.HasBegun = true;
        return stream;
    }

    private async Task ServeAsync(HttpContext http)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopped.Token);
        using var reader = new StreamReader(http.Request.Body);
        try
        {
            Before?.Invoke(http);
            var call = new McpCall(http, await reader.ReadToEndAsync(gone.Token), gone.Token);
            _calls.Enqueue(call);
            if (Instead is null || !await Instead(call))
                await AnswerAsync(call);
            if (call.Stream is { IsBroken: true })
                http.Abort();
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            http.Abort();
        }
    }
}
