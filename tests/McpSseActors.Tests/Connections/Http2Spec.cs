using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

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
        await using var server = await ServeAsync(AnswerAsync);
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

    [Theory]
    [InlineData(0xD, true)]
    [InlineData(0xD, false)]
    [InlineData(0xB, true)]
    [InlineData(0xB, false)]
    [InlineData(0xC, true)]
    public async Task Should_use_HTTP1_from_then_on_when_the_server_refuses_HTTP2(int code, bool isRefusedAtOnce)
    {
        await File.WriteAllTextAsync(_authorities, _authority.Pem);
        await using var server = await ServeAsync(async context =>
        {
            _requests.Writer.TryWrite((context.Request.Protocol, ""));
            context.Response.ContentType = "text/event-stream";
            if (context.Request.Protocol == "HTTP/2" && isRefusedAtOnce)
            {
                context.Features.Get<IHttpResetFeature>()!.Reset(code);
                return;
            }

            await context.Response.WriteAsync("data: x\n\n");
            await context.Response.Body.FlushAsync();
            if (context.Request.Protocol == "HTTP/2")
                context.Features.Get<IHttpResetFeature>()!.Reset(code);
            else
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream($"{server.Urls.Single()}/events", o => Streams.Quick(o) with { SslCaPath = _authorities }));

        (await _requests.Reader.ReadAsync()).Protocol.ShouldBe("HTTP/2");
        (await Within.LimitAsync(_requests.Reader.ReadAsync().AsTask())).Protocol.ShouldBe("HTTP/1.1");
        await host.States.UntilAsync(ConnectionState.BackingOff);
        await host.States.UntilAsync(ConnectionState.Connected);
        await host.Client.RestartAsync();
        (await Within.LimitAsync(_requests.Reader.ReadAsync().AsTask())).Protocol.ShouldBe("HTTP/1.1");
        await host.StopAsync();
    }

    [Fact]
    public async Task Should_use_HTTP1_from_then_on_when_the_server_answers_HTTP2_with_505()
    {
        await File.WriteAllTextAsync(_authorities, _authority.Pem);
        await using var server = await ServeAsync(async context =>
        {
            _requests.Writer.TryWrite((context.Request.Protocol, ""));
            context.Response.StatusCode = context.Request.Protocol == "HTTP/2" ? 505 : 200;
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync();
            if (context.Response.StatusCode == 200)
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream($"{server.Urls.Single()}/events", o => Streams.Quick(o) with { SslCaPath = _authorities }));

        (await Within.LimitAsync(_requests.Reader.ReadAsync().AsTask())).Protocol.ShouldBe("HTTP/2");
        (await Within.LimitAsync(_requests.Reader.ReadAsync().AsTask())).Protocol.ShouldBe("HTTP/1.1");
        await host.StopAsync();
    }

    [Theory]
    [InlineData("auto", "HTTP/2")]
    [InlineData("2", "HTTP/2")]
    [InlineData("1.1", "HTTP/1.1")]
    public async Task Should_use_the_version_that_is_configured(string version, string protocol)
    {
        await File.WriteAllTextAsync(_authorities, _authority.Pem);
        await using var server = await ServeAsync(AnswerAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream($"{server.Urls.Single()}/events", o => Streams.Quick(o) with { SslCaPath = _authorities, HttpVersion = version }));

        (await Within.LimitAsync(_requests.Reader.ReadAsync().AsTask())).Protocol.ShouldBe(protocol);
        _received.SetResult();
        await host.StopAsync();
    }

    private async Task<WebApplication> ServeAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_authority.Issue())));
        var app = builder.Build();
        app.Run(answer);
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
