using McpSseActors.Connections;
using McpSseActors.Mcp;

namespace McpSseActors.Tests.Mcp;

public sealed class McpOutputSpec
{
    [Fact]
    public async Task Should_count_every_byte_when_an_empty_chunk_has_no_room()
    {
        var output = new McpOutput();
        output.Open();
        await output.WriteAsync(Chunk("[1]", received: 3), default);
        await output.WriteAsync(Chunk("", received: 100), default);
        await output.WriteAsync(Chunk("", received: 10), default);
        (await output.ReadAsync(default)).Received.ShouldBe(3);

        await output.WriteAsync(Chunk("[2]", received: 5), default);

        (await output.ReadAsync(default)).Received.ShouldBe(115);
    }

    private static Chunk Chunk(string bytes, int received) => new(System.Text.Encoding.UTF8.GetBytes(bytes), bytes.Length, reader: null!, received);
}
