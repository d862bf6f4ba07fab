using System.IO.Compression;
using McpSseActors.Connections;

namespace McpSseActors.Tests.Mcp;

/// <summary>What Content-Encoding means is the same in every transport.</summary>
public sealed class ContentCodingSpec : McpSpec
{
    private const string Changed = "notifications/tools/list_changed";

    [Theory]
    [InlineData("http-sse", "none")]
    [InlineData("streamable-http", "none")]
    [InlineData("streamable-http", "utf-8, identity")]
    [InlineData("subscriptions", "none")]
    [InlineData("auto", "8bit")]
    public async Task Should_read_the_body_and_warn_once_when_the_header_names_no_coding(string transport, string coding)
    {
        await using var server = await StartAsync(transport, coding);
        await using var host = await ListenAsync(server.Url, transport);

        await host.States.UntilAsync(ConnectionState.Connected);
        await (await server.StreamAsync(1)).MessageAsync($$"""{"jsonrpc":"2.0","method":"{{Changed}}"}""");

        await UntilAsync(Changed);
        await Overheard.CaughtUpAsync();
        Overheard.Said.Count(line => line.Contains("Content-Encoding", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("http-sse")]
    [InlineData("streamable-http")]
    [InlineData("subscriptions")]
    public async Task Should_fail_with_the_words_of_a_plain_stream_when_the_coding_cannot_be_decoded(string transport)
    {
        await using var server = await StartAsync(transport, "zstd");
        await using var host = await ListenAsync(server.Url, transport);

        (await FailedAsync(host)).ShouldBe("the server compresses with zstd, which is not supported; configure it to send gzip, br, deflate or plain text");
    }

    [Fact]
    public async Task Should_back_off_when_the_body_of_a_server_error_cannot_be_decoded()
    {
        await using var server = await StartAsync("streamable-http", "zstd");
        server.Instead = async call =>
        {
            await call.TextAsync(503, "unreadable");
            return true;
        };
        await using var host = await ListenAsync(server.Url, "streamable-http");

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe("the server answered 503 Service Unavailable");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_tell_both_forms_of_deflate_apart_when_they_are_read(bool isRaw)
    {
        using var encoded = new MemoryStream();
        await using (Stream body = isRaw
            ? new DeflateStream(encoded, CompressionLevel.Optimal, leaveOpen: true)
            : new ZLibStream(encoded, CompressionLevel.Optimal, leaveOpen: true))
            await body.WriteAsync("data: x\n\n"u8.ToArray());
        encoded.Position = 0;

        await using var decoded = ContentCoding.Undo(["deflate"], encoded);
        using var reader = new StreamReader(decoded, Encoding.UTF8);
        (await reader.ReadToEndAsync()).ShouldBe("data: x\n\n");
    }

    private static async Task<FakeMcp> StartAsync(string transport, string coding)
    {
        FakeMcp server = transport switch
        {
            "http-sse" => await FakeMcp.StartAsync(new OldMcp()),
            "subscriptions" => await FakeMcp.StartAsync(new ModernMcp()),
            _ => await FakeMcp.StartAsync(new SessionMcp()),
        };
        server.Before = http => http.Response.Headers.ContentEncoding = coding;
        return server;
    }
}
