using McpSseActors.Cli.Watch.Model;

namespace McpSseActors.Tests.Cli.Watch;

public sealed class WatchKeysSpec
{
    private readonly Watched _watched = new();

    private WatchModel Model => _watched.Model;

    [Fact]
    public void Should_choose_a_stream_and_stay_within_the_list_when_arrows_are_pressed()
    {
        Three();
        Model.Current!.Stats.Stream.ShouldBe("a");

        _watched.Press(ConsoleKey.DownArrow).ShouldBe(WatchAction.Read);
        Model.Query.Stream.ShouldBe("b");
        _watched.Press('j');
        _watched.Press('j');
        Model.Query.Stream.ShouldBe("c");
        _watched.Press(ConsoleKey.UpArrow);
        _watched.Press('k');
        _watched.Press('k');
        Model.Query.Stream.ShouldBe("a");
    }

    [Fact]
    public void Should_keep_the_choice_when_streams_come_and_go()
    {
        Three();
        _watched.Press('j');

        _watched.Take(_watched.Stats("a1"), _watched.Stats("a2"), _watched.Stats("b"));
        Model.Current!.Stats.Stream.ShouldBe("b");

        _watched.Take(_watched.Stats("a1"));
        Model.Current!.Stats.Stream.ShouldBe("a1", "the chosen one has gone");
    }

    [Fact]
    public void Should_do_nothing_when_there_is_no_stream()
    {
        _watched.Press(ConsoleKey.DownArrow);
        _watched.Press(ConsoleKey.PageUp);

        _watched.Press('r').ShouldBe(WatchAction.None);
        Model.Current.ShouldBeNull();
        Model.ScrolledBack.ShouldBe(0);
    }

    [Fact]
    public void Should_show_other_events_when_a_pattern_is_typed()
    {
        Three();
        _watched.Press('/');
        _watched.Type("chat.xq");
        _watched.Press(ConsoleKey.Backspace);
        _watched.Press(ConsoleKey.Backspace);
        _watched.Type("*");
        Model.Filter.Text.ShouldBe("*", "it is not applied yet");

        _watched.Press(ConsoleKey.Enter).ShouldBe(WatchAction.Read);

        Model.Filter.Text.ShouldBe("chat.*");
        Model.Typing.ShouldBeNull();
        Model.Events.ShouldBeNull("they have to be read first");
        _watched.Press(ConsoleKey.Escape);
        Model.Filter.Text.ShouldBe("*");
    }

    [Fact]
    public void Should_keep_the_filter_when_typing_is_left()
    {
        _watched.Press('/');
        _watched.Type("chat.*");
        _watched.Press(ConsoleKey.Enter);
        _watched.Press('f');
        Model.Typing.ShouldBe("chat.*");
        _watched.Type("\t\bx");
        _watched.Press(ConsoleKey.Escape);

        Model.Filter.Text.ShouldBe("chat.*");
    }

    [Fact]
    public void Should_bound_the_pattern_when_a_cat_sits_on_the_keyboard()
    {
        _watched.Press('/');
        _watched.Type(new string('x', 5000));

        Model.Typing!.Length.ShouldBe(100);
    }

    [Fact]
    public void Should_hold_events_and_time_when_it_is_paused()
    {
        Three();
        _watched.Press('p');
        var now = Model.Now;
        _watched.Time.Advance(10);
        _watched.Take(_watched.Stats("d"));
        Model.Tick();

        Model.IsPaused.ShouldBeTrue();
        Model.Streams.Count.ShouldBe(3);
        Model.Now.ShouldBe(now);
        _watched.Press(' ').ShouldBe(WatchAction.Read);
        _watched.Take(_watched.Stats("d"));
        Model.Streams.Count.ShouldBe(1);
    }

    [Fact]
    public void Should_hold_the_events_when_they_are_scrolled_back()
    {
        _watched.Take([_watched.Stats("a")], [_watched.Event("one"), _watched.Event("two")]);
        _watched.Press(ConsoleKey.PageUp);
        Model.ScrolledBack.ShouldBe(1, "there are only two");

        _watched.Take([_watched.Stats("a")], [_watched.Event("two"), _watched.Event("three")]);
        Model.Events!.Value[0].Type.ShouldBe("one");

        _watched.Press(ConsoleKey.End);
        _watched.Take([_watched.Stats("a")], [_watched.Event("two"), _watched.Event("three")]);
        Model.Events!.Value[0].Type.ShouldBe("two");
    }

    [Fact]
    public void Should_restart_only_where_it_can_when_r_is_pressed()
    {
        Three();
        _watched.Press('r').ShouldBe(WatchAction.Restart);

        var attached = new Watched(noRestart: "not from here");
        attached.Take(attached.Stats("a"));
        attached.Press('r').ShouldBe(WatchAction.None);
        attached.Model.Notice.ShouldBe("not from here");
        attached.Time.Advance(6);
        attached.Model.Tick();
        attached.Model.Notice.ShouldBeEmpty();
    }

    [Fact]
    public void Should_quit_from_everywhere_but_a_pattern_when_q_is_pressed()
    {
        _watched.Press('q').ShouldBe(WatchAction.Quit);
        _watched.Press('?');
        _watched.Press('q').ShouldBe(WatchAction.Quit);
        Model.ShowsHelp.ShouldBeTrue();
        _watched.Press('x').ShouldBe(WatchAction.None);
        Model.ShowsHelp.ShouldBeFalse();
        _watched.Press('/');
        _watched.Press('q').ShouldBe(WatchAction.None);
        Model.Typing.ShouldBe("q");
    }

    private void Three() => _watched.Take(_watched.Stats("a"), _watched.Stats("b"), _watched.Stats("c"));
}
