namespace McpSseActors.Configuration;

/// <summary>Reads the table <c>[mcp_sse.delivery.retry]</c>.</summary>
internal sealed class RetryReader(List<ConfigurationFault> faults)
{
    private const string ByHandler = "by_handler";

    private static readonly string[] Keys = ["max_attempts", "initial_delay", "max_delay", "attempt_timeout", "later_events_pass", "break_after", "break_for"];
    private static readonly ValueKind<int> Attempts = Kinds.Int("-1 (no limit), or > 0", value => value is -1 or > 0);
    private static readonly ValueKind<int> NotNegative = Kinds.Int(">= 0", value => value >= 0);
    private static readonly ValueKind<double> Delay = Kinds.Float("of seconds from 0 to 86400 (1 day)", value => value is >= 0 and <= 86_400);

    /// <summary>Reads the table into options.</summary>
    public DeliveryOptions Read(DeliveryOptions options, RawValue table)
    {
        if (TableOf(table) is not { } keys)
            return options;
        var read = new RetryOverride();
        foreach (var entry in keys.Entries)
        {
            if (keys.Comparer.Equals(entry.Name, ByHandler))
                options = ReadByHandler(options, entry.Value);
            else
                read = Read(read, entry, keys.Comparer, [.. Keys, ByHandler]);
        }

        return options with { Retry = read.Apply(options.Retry ?? new RetryOptions()) };
    }

    private DeliveryOptions ReadByHandler(DeliveryOptions options, RawValue table)
    {
        if (TableOf(table) is not { } handlers)
            return options;
        var byHandler = options.RetryByHandler;
        foreach (var handler in handlers.Entries)
        {
            if (TableOf(handler.Value) is { } keys)
                byHandler = byHandler.SetItem(handler.Name,
                    keys.Entries.Aggregate(new RetryOverride(), (before, entry) => Read(before, entry, keys.Comparer, Keys)));
        }

        return options with { RetryByHandler = byHandler };
    }

    private RetryOverride Read(RetryOverride options, RawEntry entry, StringComparer comparer, string[] known)
    {
        var value = entry.Value;
        switch (Array.Find(Keys, key => comparer.Equals(key, entry.Name)))
        {
            case "max_attempts":
                return Attempts.TryRead(value, faults, out var attempts) ? options with { MaxAttempts = attempts } : options;
            case "initial_delay":
                return Delay.TryRead(value, faults, out var first) ? options with { InitialDelay = TimeSpan.FromSeconds(first) } : options;
            case "max_delay":
                return Delay.TryRead(value, faults, out var longest) ? options with { MaxDelay = TimeSpan.FromSeconds(longest) } : options;
            case "attempt_timeout":
                return Kinds.Seconds.TryRead(value, faults, out var limit) ? options with { AttemptTimeout = limit } : options;
            case "later_events_pass":
                return Kinds.Bool.TryRead(value, faults, out var pass) ? options with { LaterEventsPass = pass } : options;
            case "break_after":
                return NotNegative.TryRead(value, faults, out var failures) ? options with { BreakAfter = failures } : options;
            case "break_for":
                return Kinds.Seconds.TryRead(value, faults, out var open) ? options with { BreakFor = open } : options;
            default:
                var meant = Nearest.To(entry.Name, known);
                faults.Add(entry.Place.Fault(new Complaint("unknown key", meant is null ? "remove it; the documentation lists all keys" : $"did you mean {meant}?")));
                return options;
        }
    }

    private RawTable? TableOf(RawValue value)
    {
        if (value is not RawTable)
            faults.Add(value.Place.Fault(Kinds.WrongType(value, "a table of keys")));
        return value as RawTable;
    }
}
