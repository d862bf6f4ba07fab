using McpSseActors.Cli.Output;
using McpSseActors.Cli.Watch.Model;
using McpSseActors.Cli.Watch.Sources;
using McpSseActors.Cli.Watch.View;

namespace McpSseActors.Tests.Cli.Watch;

/// <summary>The screen: whatever comes and however large it is, no row is wider than it and there are as many as it has.</summary>
public sealed class WatchFrameSpec
{
    private const string Nasty = "[red]bold[/] \e[2J\a\r\n\t\u0085\u202Eturned 你好世界 🎉👩‍👩‍👧‍👦 é\u0301 ";

    private readonly Watched _watched = new();

    public static TheoryData<int, int, int> Sizes()
    {
        var sizes = new TheoryData<int, int, int>();
        foreach (var streams in new[] { 0, 1, 3, 50 })
        {
            foreach (var (width, height) in new[] { (80, 24), (200, 50), (132, 43), (40, 12), (20, 6), (80, 2), (1, 1), (3, 0) })
                sizes.Add(streams, width, height);
        }

        return sizes;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Should_fit_when_the_screen_has_any_size(int streams, int width, int height)
    {
        _watched.Take([.. Enumerable.Range(0, streams).Select(Everything)], [.. Enumerable.Range(0, 200).Select(_ => Strange())]);

        Fits(width, height);
        _watched.Press('j');
        _watched.Press('/');
        _watched.Type(Nasty);
        Fits(width, height);
        _watched.Press(ConsoleKey.Enter);
        Fits(width, height);
        _watched.Model.Take(new Outage(string.Concat(Enumerable.Repeat(Nasty, 20)), _watched.Time.GetUtcNow()));
        Fits(width, height);
        _watched.Press('p');
        _watched.Press('?');
        Fits(width, height);
    }

    [Fact]
    public void Should_show_everything_that_is_known_when_a_stream_backs_off()
    {
        var stats = _watched.Stats("chat", ConnectionState.BackingOff) with
        {
            StateReason = "127.0.0.1:8080 refused the connection; is the server running?",
            NextAttemptTime = _watched.Time.GetUtcNow().AddSeconds(2.5),
            ConsecutiveReconnectAttempts = 3,
            TotalReconnectAttempts = 4,
            TotalEventsReceived = 12_345,
            BytesReceived = 1_234_567,
            InFlight = 7,
            HandlerFailures = 1,
            Filtered = 2,
            Unhandled = 3,
            EventsPerSecond = 12.34,
            LastEventId = "abc-1",
            Dropped = ImmutableSortedDictionary<string, long>.Empty.Add("duplicate", 3).Add("oversized", 1),
            EventsByType = ImmutableSortedDictionary<string, long>.Empty.Add("chat.message", 12_000).Add("user.login", 345),
        };
        _watched.Take([stats], [_watched.Event("chat.message", "user=dalia  text=hello")]);

        var screen = string.Join('\n', _watched.Screen());

        foreach (var text in new[]
        {
            "mcp-sse.toml", "0 of 1 connected", "▶ chat", "◑ BackingOff", "1:05", "2.5 s", "12.3",
            "BackingOff for 1:05, attempt 3 in 2.5 s: 127.0.0.1:8080 refused the\n   connection; is the server running?",
            "12,345 events, 1.2 MB", "7 in flight", "1 failed", "2 filtered, 3 unhandled", "duplicate 3, oversized 1", "4, last ID abc-1",
            "chat.message         12,000", "user.login", "#7", "user=dalia  text=hello", "q quit",
        })
            screen.ShouldContain(text);
    }

    [Fact]
    public void Should_show_the_cursor_and_the_gaps_of_a_subscription()
    {
        _watched.Take(_watched.Stats("incidents") with { Transport = StreamTransport.Events, LastEventId = "e.7", Mcp = new McpStatus { Gaps = 2 } });

        var screen = string.Join('\n', _watched.Screen());

        screen.ShouldContain("0, cursor e.7");
        screen.ShouldContain("0 filtered, 0 unhandled, 2 gaps");
    }

    [Fact]
    public void Should_take_nothing_for_markup_or_control_when_strangers_write()
    {
        _watched.Take([Everything(0)], [WatchedEvent.Of(new McpEvent("s", Nasty, "[bold]x[/]\e[31m\u202E"u8.ToArray(), default, Nasty))]);

        var sent = new FrameWriter(colour: false).Write(WatchFrame.Of(_watched.Model, hasKeys: true, 200, 50));

        sent.ShouldContain("[bold]x[/]");
        sent.ShouldNotContain("\e[2J");
        sent.ShouldNotContain("\e[31m");
        sent.ShouldNotContain('\u202E');
        sent.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain(letter => char.IsControl(letter) && letter != '\e');
    }

    [Fact]
    public void Should_send_only_what_has_changed_when_frames_follow_each_other()
    {
        var writer = new FrameWriter(colour: false);

        writer.Write([new Row(4).Add("full"), new Row(4).Add("a")]).ShouldBe("\e[?2026h\e[1Hfull\e[2Ha\e[K\e[?2026l");
        writer.Write([new Row(4).Add("full"), new Row(4).Add("b")]).ShouldBe("\e[?2026h\e[2Hb\e[K\e[?2026l");
        writer.Write([new Row(4).Add("full"), new Row(4).Add("b")]).ShouldBeEmpty();
        writer.Forget();
        writer.Write([new Row(4).Add("full"), new Row(4).Add("b")]).ShouldBe("\e[?2026h\e[1Hfull\e[2Hb\e[K\e[?2026l");
    }

    [Fact]
    public void Should_show_the_chosen_stream_among_its_neighbours_when_there_are_many()
    {
        _watched.Take([.. Enumerable.Range(0, 50).Select(number => _watched.Stats($"stream-{number:00}"))]);
        for (var time = 0; time < 30; time++)
            _watched.Press('j');

        var screen = _watched.Screen();

        screen.ShouldContain(row => row.StartsWith("▶ stream-30", StringComparison.Ordinal));
        screen.ShouldContain(row => row.Contains("stream-29", StringComparison.Ordinal));
        screen[1].ShouldContain("/50");
        screen.ShouldContain(row => row.StartsWith("── events", StringComparison.Ordinal));
    }

    [Fact]
    public void Should_say_what_is_wrong_and_when_it_tries_again_when_the_host_has_gone()
    {
        _watched.Take(_watched.Stats("chat"));
        _watched.Model.Take(new Outage("127.0.0.1:5080 refused the connection", _watched.Time.GetUtcNow().AddSeconds(3)));

        var screen = _watched.Screen();

        screen[0].ShouldContain("NO ANSWER");
        screen[^1].ShouldBe(" again in 3.0 s: 127.0.0.1:5080 refused the connection");
        screen.ShouldContain(row => row.Contains("▶ chat", StringComparison.Ordinal), "what was known stays");
    }

    [Fact]
    public void Should_sum_up_the_rare_types_when_there_are_too_many()
    {
        var many = Enumerable.Range(1, 20).ToImmutableSortedDictionary(number => $"type-{number:00}", number => (long)number);
        _watched.Take(_watched.Stats("chat") with { EventsByType = many });

        var screen = string.Join('\n', _watched.Screen());

        screen.ShouldContain("type-20");
        screen.ShouldContain("15 other types");
        screen.ShouldContain("120");
    }

    [Fact]
    public void Should_explain_every_key_when_help_is_shown()
    {
        _watched.Press('?');

        var screen = string.Join('\n', _watched.Screen());

        foreach (var (key, _) in WatchKeys.All)
            screen.ShouldContain(key);
        screen.ShouldContain("BackingOff");
    }

    [Fact]
    public void Should_say_so_when_there_is_no_keyboard() =>
        WatchFrame.Of(_watched.Model, hasKeys: false, 80, 24)[^1].ToString().ShouldContain("no keys");

    private StreamStats Everything(int number) => _watched.Stats($"{number:00}{Nasty}") with
    {
        StateReason = string.Concat(Enumerable.Repeat(Nasty, 20)),
        NextAttemptTime = _watched.Time.GetUtcNow().AddDays(400),
        StateSince = default,
        ServerUrl = Nasty,
        LastEventId = Nasty,
        TotalEventsReceived = long.MaxValue,
        BytesReceived = long.MaxValue,
        Dispatched = long.MaxValue,
        InFlight = long.MaxValue,
        Filtered = long.MaxValue,
        HandlerFailures = long.MaxValue,
        EventsPerSecond = double.MaxValue,
        Dropped = ImmutableSortedDictionary<string, long>.Empty.Add(Nasty, long.MaxValue),
        EventsByType = Enumerable.Range(0, 9).ToImmutableSortedDictionary(type => $"{type}{Nasty}", type => 1L << (type * 6)),
    };

    private WatchedEvent Strange() => WatchedEvent.Of(
        new McpEvent("s", Nasty, System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Nasty, 500))), _watched.Time.GetUtcNow(), Nasty));

    private void Fits(int width, int height)
    {
        var screen = _watched.Screen(width, height);
        screen.Length.ShouldBe(height);
        foreach (var row in screen)
        {
            CellText.CellsOf(row).ShouldBeLessThanOrEqualTo(width, row);
            row.ShouldNotContain(letter => char.IsControl(letter));
        }
    }
}
