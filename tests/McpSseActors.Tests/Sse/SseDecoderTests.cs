using McpSseActors.Sse;
using McpSseActors.TestSupport.Sse;

namespace McpSseActors.Tests.Sse;

public sealed class SseDecoderTests
{
    [Fact]
    public void Should_dispatch_at_once_when_a_CR_ends_what_has_arrived()
    {
        var decoding = new Decoding().Feed("data: a\r\r");
        decoding.Events.ShouldBe([new FoundEvent("message", "a")]);

        decoding.Feed("\ndata: b\r").Feed("\n\r").Feed("\n");
        decoding.Events.Select(found => found.Data).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Should_end_two_lines_when_a_LF_comes_after_a_CR_and_something_else()
    {
        var decoding = new Decoding().Feed("data: a\rd").Feed("\n").Feed("\n");
        decoding.Events.ShouldBe([new FoundEvent("message", "a")]);
    }

    [Fact]
    public void Should_hand_out_comments_in_order_with_the_events_when_they_stand_between()
    {
        var decoding = new Decoding().Feed(": one\ndata: a\n:two\n\n:\n");
        decoding.All.ShouldBe([new FoundComment(" one"), new FoundComment("two"), new FoundEvent("message", "a"), new FoundComment("")]);
    }

    [Fact]
    public void Should_tell_the_block_s_own_id_and_time_when_it_has_them()
    {
        var decoding = new Decoding().Feed("id: 1\nretry: 5\ndata: a\n\ndata: b\n\nid\ndata: c\n\n");
        decoding.Events.ShouldBe(
        [
            new FoundEvent("message", "a", "1", "1", 5),
            new FoundEvent("message", "b", "1"),
            new FoundEvent("message", "c", "", ""),
        ]);
    }

    [Fact]
    public void Should_tell_by_the_version_when_a_call_has_set_the_last_event_id()
    {
        var decoding = new Decoding();
        IsSet("id: 1\n").ShouldBeFalse();
        IsSet("\ndata: a\n\n").ShouldBeTrue();
        IsSet("data: b\n\n").ShouldBeFalse();
        IsSet("id: 2\n\nid: 1\n\n").ShouldBeTrue();
        IsSet("id\n\n").ShouldBeTrue();

        bool IsSet(string text)
        {
            var before = decoding.Cursor.Version;
            return decoding.Feed(text).Cursor.Version != before;
        }
    }

    [Fact]
    public void Should_forget_what_is_unfinished_when_a_new_connection_starts()
    {
        var decoding = new Decoding().Feed("id: 1\nretry: 5\ndata: a\n\nid: 2\nevent: t\ndata: lost\r");
        decoding.Reconnect();
        decoding.All.Clear();

        decoding.Feed("\n\uFEFF:not at the start\n\n");
        decoding.All.ShouldBeEmpty();
        decoding.Reconnect();
        decoding.Feed("\uFEFFdata: b\n\n");

        decoding.All.ShouldBe([new FoundEvent("message", "b", "1")]);
        decoding.Cursor.RetryMilliseconds.ShouldBe(5);
    }

    [Fact]
    public void Should_continue_from_the_given_id_when_the_cursor_is_set_to_it()
    {
        var decoding = new Decoding();
        decoding.Cursor.Seek(new StreamPosition("seed"));
        decoding.Feed("data: a\n\n").Events.ShouldBe([new FoundEvent("message", "a", "seed")]);
    }

    [Fact]
    public void Should_refuse_the_limit_when_it_is_not_positive() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new Decoding(0));
}
