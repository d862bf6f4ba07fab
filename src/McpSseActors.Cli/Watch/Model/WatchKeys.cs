namespace McpSseActors.Cli.Watch.Model;

/// <summary>What a key asks of the view besides what it changes in the model.</summary>
internal enum WatchAction
{
    /// <summary>Nothing more.</summary>
    None,

    /// <summary>Read the source at once.</summary>
    Read,

    /// <summary>Restart the selected stream.</summary>
    Restart,

    /// <summary>The end.</summary>
    Quit,
}

/// <summary>The keys.</summary>
internal static class WatchKeys
{
    private const int LongestPattern = 100;

    /// <summary>For the help: key and meaning.</summary>
    public static readonly (string Key, string Meaning)[] All =
    [
        ("↑ ↓  k j", "select a stream"),
        ("/  f", "filter the events: type a pattern as chat.*, Enter applies it, empty shows all"),
        ("Esc", "clear the filter"),
        ("PgUp PgDn", "scroll the events; End follows the newest again"),
        ("p  Space", "pause the view; the streams keep running"),
        ("r", "restart the selected stream in any state"),
        ("?  h", "this help"),
        ("q  Ctrl-C", "quit"),
    ];

    /// <summary>Takes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="model">What it changes.</param>
    /// <param name="page">How many events are in sight.</param>
    public static WatchAction Press(ConsoleKeyInfo key, WatchModel model, int page)
    {
        model.Say("");
        if (model.Typing is { } typed)
            return Type(key, typed, model);
        // Any key leaves the help; quit means quit.
        if (model.ShowsHelp && key.KeyChar is not 'q')
        {
            model.ShowsHelp = false;
            return WatchAction.None;
        }

        return key.Key switch
        {
            ConsoleKey.UpArrow => Select(model, -1),
            ConsoleKey.DownArrow => Select(model, +1),
            ConsoleKey.PageUp => Scroll(model, +page),
            ConsoleKey.PageDown => Scroll(model, -page),
            ConsoleKey.End => Scroll(model, -WatchModel.MostEvents),
            ConsoleKey.Escape => Filter(model, ""),
            _ => Press(key.KeyChar, model),
        };
    }

    private static WatchAction Press(char letter, WatchModel model)
    {
        switch (letter)
        {
            case 'k':
                return Select(model, -1);
            case 'j':
                return Select(model, +1);
            case '/' or 'f':
                model.Typing = model.Filter.IsGlobal ? "" : model.Filter.Text;
                return WatchAction.None;
            case 'p' or ' ':
                model.Pause();
                return WatchAction.Read;
            case 'r':
                return Restart(model);
            case '?' or 'h':
                model.ShowsHelp = true;
                return WatchAction.None;
            case 'q':
                return WatchAction.Quit;
            default:
                return WatchAction.None;
        }
    }

    private static WatchAction Type(ConsoleKeyInfo key, string typed, WatchModel model)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                model.Typing = null;
                return Filter(model, typed.Trim());
            case ConsoleKey.Escape:
                model.Typing = null;
                return WatchAction.None;
            case ConsoleKey.Backspace:
                model.Typing = typed.Length > 0 ? typed[..^1] : "";
                return WatchAction.None;
            default:
                if (!char.IsControl(key.KeyChar) && typed.Length < LongestPattern)
                    model.Typing = typed + key.KeyChar;
                return WatchAction.None;
        }
    }

    private static WatchAction Select(WatchModel model, int further)
    {
        model.Select(further);
        return WatchAction.Read;
    }

    private static WatchAction Scroll(WatchModel model, int further)
    {
        model.Scroll(further);
        return WatchAction.Read;
    }

    private static WatchAction Filter(WatchModel model, string pattern)
    {
        model.FilterBy(pattern);
        return WatchAction.Read;
    }

    private static WatchAction Restart(WatchModel model)
    {
        if (model.NoRestart is { } reason)
            model.Say(reason);
        return model.NoRestart is null && model.Current is not null ? WatchAction.Restart : WatchAction.None;
    }
}
