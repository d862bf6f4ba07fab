using System.Net;
using System.Threading.Channels;
using McpSseActors.Tests.Support;
using McpSseActors.TestServer.Scripted;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace McpSseActors.Tests.Connections;

/// <summary>Streams over HTTP/2, which TLS negotiates.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class Http2Spec : IDisposable
{
    private readonly string _authorities = Path.GetTempFileName();
    private readonly CertificateAuthority _authority = new();
    private readonly ReceivedEvents _events = new();
    private readonly TaskCompletionSource _received = new();
    private readonly Channel<(string Protocol, string LastEventId)> _requests = Channel.CreateUnbounded<(string, string)>();

    public void Dispose()
    {
        _authority.Dispose();
        File.Delete(_authorities);
    }

    [Fact]
    public async Task Should_resume_when_the_server_resets_a_stream_of_HTTP2()
    {
        await File.WriteAllTextAsync(_authorities, _authority.Pem);
        await using var server = await ServeAsync();
        var url = $"{server.Urls.Single()}/events";
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(url, o => Streams.Quick(o) with { SslCaPath = _authorities })
            .AddHandler(_events.Collect));

        (await _events.TextsAsync(2)).ShouldBe(["event 1", "event 2"]);
        _received.SetResult();
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("reset the stream");
        (await _events.TextsAsync(2)).ShouldBe(["event 3", "event 4"]);
        await host.States.UntilAsync(ConnectionState.Connected);
        (await _requests.Reader.ReadAsync()).ShouldBe(("HTTP/2", ""));
        (await _requests.Reader.ReadAsync()).ShouldBe(("HTTP/2", "2"));
        await host.StopAsync();
    }

    private async Task<WebApplication> ServeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_authority.Issue())));
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        return app;
    }

    // Two events a connection; the first connection is then reset.
    private async Task AnswerAsync(HttpContext context)
    {
        var last = context.Request.Headers["Last-Event-ID"].ToString();
        _requests.Writer.TryWrite((context.Request.Protocol, last));
        context.Response.ContentType = "text/event-stream";
        var start = last.Length == 0 ? 1 : 3;
        for (var id = start; id < start + 2; id++)
        {
            await context.Response.WriteAsync($"id: {id}\ndata: event {id}\n\n");
            await context.Response.Body.FlushAsync();
        }

        if (start == 1)
        {
            await Within.LimitAsync(_received.Task);
            context.Abort();
            return;
        }

        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
