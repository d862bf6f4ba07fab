using McpSseActors.Events;

namespace McpSseActors.Tests.Events;

public sealed class ResumeWindowSpec
{
    private readonly ResumeWindow _window = new(4);

    [Fact]
    public void Should_recognise_repeats_when_a_stream_resumes()
    {
        Dispatch("1", "2", "3");
        _window.Resume();

        Repeats("2", "3", "4", "5").ShouldBe(["2", "3"]);
    }

    [Fact]
    public void Should_let_an_id_pass_when_it_is_used_again_without_a_resume()
    {
        Repeats("1", "1").ShouldBeEmpty();
    }

    [Fact]
    public void Should_let_an_id_pass_when_it_comes_after_the_first_new_one()
    {
        Dispatch("1", "2");
        _window.Resume();

        Repeats("2", "3", "1", "2").ShouldBe(["2"]);
    }

    [Fact]
    public void Should_take_an_id_for_a_repeat_once_when_it_comes_twice()
    {
        Dispatch("1", "2");
        _window.Resume();

        Repeats("2", "2").ShouldBe(["2"]);
    }

    [Fact]
    public void Should_let_an_id_pass_when_the_server_uses_it_for_every_event()
    {
        Dispatch("0", "0");
        _window.Resume();

        Repeats("0", "0").ShouldBeEmpty();
    }

    [Fact]
    public void Should_forget_the_oldest_when_it_is_full()
    {
        Dispatch("1", "2", "3", "4", "5");
        _window.Resume();

        Repeats("1").ShouldBeEmpty();
    }

    [Fact]
    public void Should_go_on_when_events_without_an_id_come_between()
    {
        Dispatch("1", "2");
        _window.Resume();

        IsRepeat(Event(null)).ShouldBeFalse();
        IsRepeat(Event("2")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(1)]
    public void Should_know_the_last_events_when_they_came_in_large_batches_and_small_ones(int maxBytes)
    {
        var window = new ResumeWindow(100, maxBytes);
        foreach (var (first, count) in new[] { (0, 50), (50, 3), (53, 60), (113, 60), (173, 5), (178, 6), (184, 40), (224, 9) })
            window.Remember(Batch(first, count));
        window.Resume();

        Enumerable.Range(130, 105).Where(id => window.IsRepeat(Batch(id, 1), 0)).ShouldBeEmpty("130 is forgotten, and ends the repeats");
        window.Resume();
        Enumerable.Range(133, 105).Where(id => window.IsRepeat(Batch(id, 1), 0)).ShouldBe(Enumerable.Range(133, 100));
        window.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void Should_not_remember_repeats_when_a_batch_holds_some()
    {
        var batch = Batch(0, 40);
        batch.MarkRepeat(7);
        var window = new ResumeWindow(100);
        window.Remember(Batch(7, 1));
        window.Remember(batch);
        window.Resume();

        window.IsRepeat(Batch(7, 1), 0).ShouldBeTrue("it was used once, and came again once");
    }

    [Theory]
    [InlineData("other", "t")]
    [InlineData("x", "other")]
    public void Should_let_an_id_pass_when_the_server_uses_it_for_something_else(string data, string type)
    {
        Dispatch("1", "2");
        _window.Resume();

        IsRepeat(Event("1", data, type)).ShouldBeFalse();
        Repeats("2").ShouldBeEmpty("the server counts from the start again");
    }

    [Fact]
    public void Should_let_an_id_pass_when_the_replay_has_reached_the_last_event()
    {
        Dispatch("1", "2", "3");
        _window.Resume();

        Repeats("3", "1", "2").ShouldBe(["3"]);
    }

    [Fact]
    public void Should_learn_that_an_id_is_used_again_when_new_events_follow_it()
    {
        Dispatch("0", "1", "2");
        _window.Resume();
        Repeats("0", "3").ShouldBe(["0"]);

        _window.Resume();
        Repeats("0", "3", "4").ShouldBeEmpty("a replay would have gone on with 1 and 2");
        _window.Resume();
        Repeats("4").ShouldBe(["4"], "the other IDs are repeats as before");
    }

    [Fact]
    public void Should_still_know_a_repeat_when_the_connection_broke_in_the_replay()
    {
        Dispatch("1", "2", "3");
        _window.Resume();
        Repeats("1", "2").ShouldBe(["1", "2"]);

        _window.Resume();
        Repeats("1", "2", "3", "4").ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public void Should_let_an_id_pass_when_it_comes_out_of_order()
    {
        Dispatch("1", "2", "3", "4");
        _window.Resume();

        Repeats("2", "1", "3").ShouldBe(["2"]);
    }

    [Theory]
    [InlineData("1 2 3 4 5 6", 6)]
    [InlineData("2 3 4 5 6", 5)]
    [InlineData("0 1 2 3 4 5 6", 6)]
    [InlineData("a 4 5 6", 3)]
    [InlineData("a 3 5 4 5 6", 3)]
    [InlineData("a 6", 1)]
    [InlineData("a 4 5", 0)]
    [InlineData("a 4 5 b 6", 1)]
    [InlineData("5 6", 0)]
    public void Should_count_missed_repeats_when_something_unknown_came_first(string replay, int missed)
    {
        Dispatch("1", "2", "3", "4", "5", "6");
        _window.Resume();

        Missed(replay.Split(' ')).ShouldBe(missed);
    }

    [Fact]
    public void Should_look_for_the_whole_window_when_many_events_came_first()
    {
        var ids = Enumerable.Range(0, 100).Select(id => $"{id}").ToArray();
        Dispatch(ids);
        _window.Resume();
        Missed(ids).ShouldBe(100);

        _window.Resume();
        Missed([.. ids[..50], ids[99]]).ShouldBe(0, "this far from the start of the connection, one event proves nothing");
        _window.IsWatching.ShouldBeTrue();
        Missed([.. Enumerable.Range(100, 150).Select(id => $"{id}")]).ShouldBe(0);
        _window.IsWatching.ShouldBeFalse("a replay can't be longer than what was dispatched");
    }

    [Fact]
    public void Should_take_no_memory_when_the_first_event_behind_a_resume_is_new()
    {
        Dispatch("1", "2", "3");
        var events = EventBuffer.Of(Event("4"));
        ResumeWith(events);

        var before = GC.GetAllocatedBytesForCurrentThread();
        ResumeWith(events);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private void ResumeWith(EventBuffer events)
    {
        _window.Resume();
        _window.IsRepeat(events, 0);
    }

    private void Dispatch(params string[] ids) => Repeats(ids).ShouldBeEmpty();

    private string[] Repeats(params string[] ids) => [.. ids.Where(id => IsRepeat(Event(id)))];

    private int Missed(params string[] ids) => ids.Sum(id =>
    {
        var events = EventBuffer.Of(Event(id));
        var missed = _window.IsRepeat(events, 0) ? 0 : _window.FindMissed(events, 0);
        _window.Remember(events);
        return missed;
    });

    private bool IsRepeat(McpEvent received)
    {
        var events = EventBuffer.Of(received);
        if (_window.IsRepeat(events, 0))
            return true;
        _window.Remember(events);
        return false;
    }

    private static McpEvent Event(string? id, string data = "x", string type = "t") =>
        new("s", type, Encoding.UTF8.GetBytes(data), DateTimeOffset.UnixEpoch, id);

    private static EventBuffer Batch(int first, int count) => EventBuffer.Of([.. Enumerable.Range(first, count).Select(id => Event($"{id}"))]);
}
