using System.Runtime.CompilerServices;
using McpSseActors.Actors.Parser;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Events;

public sealed class EventBufferSpec
{
    private const string Stream = "id: 1\nevent: a\ndata: x\n\nevent: b\ndata: yy\ndata: z\n\nretry: 7\nid: ä\ndata: slow\n\nevent: unnumbered\ndata: u\n\n";

    private readonly StreamCursor _cursor = new();
    private readonly BatchBuilder _builder;

    public EventBufferSpec() => _builder = new BatchBuilder("s", maxTypes: 3, deliverComments: true, new PayloadMappings([], new Subscription([]), 3), _cursor);

    [Fact]
    public void Should_give_what_was_sent_when_it_is_walked_and_when_events_are_made()
    {
        var buffer = Decode(Stream);

        string[] expected = ["a 1 x", "b  yy\nz", "message ä slow", "unnumbered  u"];
        Enumerable.Range(0, buffer.Count).Select(i => $"{buffer.Type(i)} {Text(buffer.Id(i))} {Text(buffer.Data(i))}").ShouldBe(expected);
        Enumerable.Range(0, buffer.Count).Select(buffer.ToEvent).Select(e => $"{e.EventType} {e.EventId} {e.Text}").ShouldBe(expected);
        Enumerable.Range(0, buffer.Count).Select(buffer.ToEvent).Select(e => e.Retry?.TotalMilliseconds).ShouldBe([null, null, 7, null]);
    }

    [Fact]
    public void Should_be_held_by_nobody_else_when_it_is_built()
    {
        var (origin, made) = Built();

        GC.Collect();
        (origin.IsAlive, made.IsAlive).ShouldBe((false, false));

        [MethodImpl(MethodImplOptions.NoInlining)]
        (WeakReference Origin, WeakReference Made) Built()
        {
            var buffer = Decode(Stream);
            return (new WeakReference(buffer.SharedOrigin), new WeakReference(buffer.Made(2)));
        }
    }

    [Fact]
    public void Should_keep_events_and_other_buffers_whole_when_it_goes_back_to_the_pool()
    {
        var buffer = Decode(Stream);
        var kept = buffer.ToEvent(0);
        buffer.Release();
        var next = Decode("data: next\n\n");

        (kept.EventType, kept.EventId, kept.Text).ShouldBe(("a", "1", "x"));
        Text(next.Data(0)).ShouldBe("next");
    }

    [Fact]
    public void Should_stay_when_one_of_two_holders_lets_go()
    {
        var buffer = Decode(Stream);
        buffer.Retain();
        buffer.Release();

        Text(buffer.Data(0)).ShouldBe("x");
    }

    [Fact]
    public void Should_fail_rather_than_show_other_bytes_when_it_is_looked_at_too_late()
    {
        var buffer = Decode(Stream);
        buffer.Release();
        Decode("data: secret of another\n\n");

        Should.Throw<IndexOutOfRangeException>(() => buffer.ToEvent(0));
    }

    [Fact]
    public void Should_hold_events_larger_than_the_chunks_when_they_come_in_pieces()
    {
        var decoder = new SseDecoder(1 << 20);
        var data = new string('x', 300_000);
        foreach (var piece in $"data: {data}\n\ndata: {data}\n\n".Chunk(32 * 1024))
        {
            var buffer = Decode(new string(piece), decoder);
            for (var i = 0; i < buffer.Count; i++)
                Text(buffer.Data(i)).ShouldBe(data);
        }
    }

    [Fact]
    public void Should_hold_a_long_id_once_when_many_events_come_after_it()
    {
        var id = new string('i', 100_000);
        var (decoder, cursor) = (new SseDecoder(1 << 20), _cursor);
        var batches = $"id: {id}\ndata: own\n\n{string.Concat(Enumerable.Repeat("data: x\n\n", 1000))}".Chunk(4096).Select(piece => Decode(new string(piece), decoder, cursor)).ToList();
        var events = batches.SelectMany(batch => Enumerable.Range(0, batch.Count).Select(batch.ToEvent)).ToList();

        events.Count.ShouldBe(1001);
        events.Select(e => e.EventId?.Length).Distinct().ShouldBe([100_000, null]);
        events[^1].LastEventId.ShouldBe(id);
        events.Count(e => e.Utf8LastId == events[0].Utf8LastId).ShouldBe(1001, "not an equal copy: the same memory");
        batches.Sum(batch => batch.Size).ShouldBeLessThan(200_000);
    }

    [Fact]
    public void Should_tell_long_ids_apart_when_one_follows_another()
    {
        var (decoder, cursor) = (new SseDecoder(1 << 20), _cursor);
        string[] ids = [new('a', 10_000), new('b', 10_000), "short", new('a', 10_000)];
        var text = string.Concat(ids.Select(id => $"id: {id}\ndata: x\n\ndata: y\n\nid: {id}\n\ndata: z\n\n"));

        foreach (var length in (int[])[1, 777, 4096, 100_000])
        {
            var seen = text.Chunk(length).Select(piece => Decode(new string(piece), decoder, cursor))
                .SelectMany(batch => Enumerable.Range(0, batch.Count).Select(batch.ToEvent));
            seen.Select(e => e.LastEventId).ShouldBe(ids.SelectMany(id => Enumerable.Repeat(id, 3)));
        }
    }

    [Fact]
    public void Should_copy_the_bytes_once_when_an_event_is_large()
    {
        var buffer = Decode($"id: 1\ndata: {new string('x', 1 << 20)}\n\n", new SseDecoder(1 << 21));

        buffer.ToEvent(0).ShouldBeSameAs(buffer.ToEvent(0));
        buffer.Size.ShouldBeLessThan((1 << 20) + 100);
    }

    [Fact]
    public void Should_forget_a_batch_that_broke_off_when_the_next_begins()
    {
        var finds = _builder.Finds;
        finds.OnEvent(new SseEvent { Data = "lost"u8 });

        Decode("data: next\n\n").Count.ShouldBe(1);
    }

    private EventBuffer Decode(string text, SseDecoder? decoder = null, StreamCursor? cursor = null)
    {
        _builder.Begin(DateTimeOffset.UnixEpoch, text.Length);
        var finds = _builder.Finds;
        (decoder ?? new SseDecoder(1000)).Read(Encoding.UTF8.GetBytes(text), cursor ?? new StreamCursor(), ref finds);
        return _builder.Build(1, text.Length, StreamPosition.Start, default).Events;
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
