using McpSseActors.TestSupport.Sse;

namespace McpSseActors.Tests.Sse;

public sealed class SseVectorTests
{
    public static TheoryData<string> Names => [.. SseVectors.All.Select(vector => vector.Name)];

    [Fact]
    public void Should_hold_every_case_when_the_vectors_are_read()
    {
        SseVectors.All.Count.ShouldBe(64);
        SseVectors.All.Sum(vector => vector.Connections.Count).ShouldBe(84);
        SseVectors.All.Select(vector => vector.Name).ShouldBeUnique();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Should_decode_as_laid_down_when_the_body_comes_whole(string name) =>
        Check(name, (decoding, body) => decoding.Feed(body));

    [Theory]
    [MemberData(nameof(Names))]
    public void Should_decode_as_laid_down_when_the_body_comes_byte_by_byte(string name) =>
        Check(name, (decoding, body) => decoding.FeedInPieces(body, 1));

    [Theory]
    [MemberData(nameof(Names))]
    public void Should_decode_as_laid_down_when_the_body_is_cut_anywhere(string name)
    {
        var longest = SseVectors.Named(name).Connections.Max(connection => connection.Body.Length);
        for (var position = 0; position <= longest; position++)
        {
            Check(name, (decoding, body) =>
            {
                var cut = Math.Min(position, body.Length);
                decoding.Feed(body.AsSpan(0, cut)).Feed(body.AsSpan(cut));
            });
        }
    }

    private static void Check(string name, Action<Decoding, byte[]> feed)
    {
        var decoding = new Decoding();
        foreach (var connection in SseVectors.Named(name).Connections)
        {
            decoding.LastEventId.ShouldBe(connection.RequestLastEventId ?? "");
            decoding.Reconnect();
            decoding.All.Clear();
            if (connection.IsEventStream)
                feed(decoding, connection.Body);

            decoding.Events
                .Select(found => new SseVectorEvent { Type = found.Type, Data = found.Data, LastEventId = found.LastEventId })
                .ShouldBe(connection.Events);
            decoding.Cursor.RetryMilliseconds.ShouldBe(connection.RetryAfter);
            decoding.LastEventId.ShouldBe(connection.LastEventIdAfter);
        }
    }
}
