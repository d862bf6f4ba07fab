namespace McpSseActors.Configuration;

/// <summary>Reads the table <c>[mcp_sse.delivery]</c>.</summary>
internal sealed class DeliveryReader(List<ConfigurationFault> faults)
{
    public const string Guarantee = "guarantee";
    public const string Store = "store";
    public const string OnStoreFailure = "on_store_failure";
    public const string DeadLetters = "dead_letters";
    public const string Retry = "retry";

    private static readonly ValueKind<int> Positive = Kinds.Int("> 0", value => value > 0);
    private static readonly ValueKind<int> NotNegative = Kinds.Int(">= 0", value => value >= 0);
    private static readonly ValueKind<double> Age = Kinds.Float("0 (no limit), or seconds up to 315360000 (10 years)", value => value is >= 0 and <= 315_360_000);
    private static readonly ValueKind<string> Path = Kinds.Text("a path", text => text switch
    {
        "" => new Complaint("the path is empty", "name a file"),
        _ when text.Contains('\0') => new Complaint("a path has no NUL", "name a file"),
        _ when text.StartsWith("Provider=", StringComparison.OrdinalIgnoreCase) && !DatabaseText.Is(text) =>
            new Complaint("the connection string cannot be read", "write Provider=NAME;KEY=VALUE, or the path of a file"),
        _ => null,
    });

    /// <summary>Reads the tables, of which the later one wins.</summary>
    public DeliveryOptions Read(params RawValue?[] tables)
    {
        var options = new DeliveryOptions();
        foreach (var table in tables.OfType<RawValue>())
        {
            if (table is not RawTable keys)
                faults.Add(table.Place.Fault(Kinds.WrongType(table, "a table of keys")));
            else
                options = keys.Entries.Aggregate(options, (before, entry) => Apply(before, entry, keys.Comparer));
        }

        return options;
    }

    private DeliveryOptions Apply(DeliveryOptions options, RawEntry entry, StringComparer comparer)
    {
        if (comparer.Equals(entry.Name, Guarantee))
            return options with { Guarantee = Read<DeliveryGuarantee>(entry.Value, ("at-most-once", DeliveryGuarantee.AtMostOnce), ("at-least-once", DeliveryGuarantee.AtLeastOnce)) };
        if (comparer.Equals(entry.Name, OnStoreFailure))
            return options with { OnStoreFailure = Read<StoreFailure>(entry.Value, ("continue", StoreFailure.Continue), ("pause", StoreFailure.Pause)) };
        if (comparer.Equals(entry.Name, Store))
            return Path.TryRead(entry.Value, faults, out var path) ? options with { Store = path } : options;
        if (comparer.Equals(entry.Name, DeadLetters))
            return options with { DeadLetters = ReadLetters(options.DeadLetters, entry.Value) };
        if (comparer.Equals(entry.Name, Retry))
            return new RetryReader(faults).Read(options, entry.Value);
        RefuseUnknown(entry, Guarantee, Store, OnStoreFailure, DeadLetters, Retry);
        return options;
    }

    private DeadLetterLimits ReadLetters(DeadLetterLimits options, RawValue table)
    {
        if (table is RawTable keys)
            return keys.Entries.Aggregate(options, (before, entry) => Apply(before, entry, keys.Comparer));
        faults.Add(table.Place.Fault(Kinds.WrongType(table, "a table of keys")));
        return options;
    }

    private DeadLetterLimits Apply(DeadLetterLimits options, RawEntry entry, StringComparer comparer)
    {
        if (comparer.Equals(entry.Name, "max_count"))
            return Positive.TryRead(entry.Value, faults, out var count) ? options with { MaxCount = count } : options;
        if (comparer.Equals(entry.Name, "max_size"))
            return Positive.TryRead(entry.Value, faults, out var size) ? options with { MaxSize = size } : options;
        if (comparer.Equals(entry.Name, "max_age"))
            return Age.TryRead(entry.Value, faults, out var age) ? options with { MaxAge = TimeSpan.FromSeconds(age) } : options;
        if (comparer.Equals(entry.Name, "warn_above"))
            return NotNegative.TryRead(entry.Value, faults, out var above) ? options with { WarnAbove = above } : options;
        if (comparer.Equals(entry.Name, "keep_rejected_payloads"))
            return Kinds.Bool.TryRead(entry.Value, faults, out var keeps) ? options with { KeepRejectedPayloads = keeps } : options;
        RefuseUnknown(entry, "max_count", "max_size", "max_age", "warn_above", "keep_rejected_payloads");
        return options;
    }

    private void RefuseUnknown(RawEntry entry, params string[] known)
    {
        var meant = Nearest.To(entry.Name, known);
        faults.Add(entry.Place.Fault(new Complaint("unknown key", meant is null ? "remove it; the documentation lists all keys" : $"did you mean {meant}?")));
    }

    private T Read<T>(RawValue raw, params (string Name, T Value)[] allowed)
    {
        var names = string.Join(" or ", allowed.Select(each => $"\"{each.Name}\""));
        var kind = Kinds.Text(names, text => allowed.Any(each => each.Name == text) ? null : new Complaint("unknown value", $"write {names}"));
        return kind.TryRead(raw, faults, out var name) ? allowed.First(each => each.Name == name).Value : allowed[0].Value;
    }
}
