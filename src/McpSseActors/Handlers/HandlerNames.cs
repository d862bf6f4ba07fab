namespace McpSseActors.Handlers;

/// <summary>
/// Numbers the handlers that ask for the same name: <c>delegate</c>, <c>delegate-2</c> and so on. A number that is free again is used again, so
/// that metrics do not collect names; the search for it is bounded.
/// </summary>
internal sealed class HandlerNames
{
    private const int MostTries = 8;

    private Dictionary<string, Numbers> Numbered => field ??= new(StringComparer.Ordinal);

    private Dictionary<string, (string Wanted, int Number)> Taken => field ??= new(StringComparer.Ordinal);

    /// <summary>Takes a name, with the lowest free number that is found soon.</summary>
    /// <param name="wanted">The name that the handler asks for.</param>
    /// <param name="isTaken">Tells whether a name cannot be used.</param>
    public string Take(string wanted, Func<string, bool> isTaken)
    {
        if (!isTaken(wanted))
            return wanted;
        if (!Numbered.TryGetValue(wanted, out var numbers))
            Numbered.Add(wanted, numbers = new Numbers());
        var number = numbers.Free.Take(MostTries).FirstOrDefault(free => !isTaken(NameOf(wanted, free)));
        while (number == 0)
        {
            if (!isTaken(NameOf(wanted, numbers.Next)))
                number = numbers.Next;
            numbers.Next++;
        }

        numbers.Free.Remove(number);
        numbers.Users++;
        var name = NameOf(wanted, number);
        Taken[name] = (wanted, number);
        return name;
    }

    /// <summary>Frees a name.</summary>
    public void Free(string name)
    {
        if (!Taken.Remove(name, out var taken))
            return;
        var numbers = Numbered[taken.Wanted];
        numbers.Free.Add(taken.Number);
        if (--numbers.Users == 0)
            Numbered.Remove(taken.Wanted);
    }

    private static string NameOf(string wanted, int number) => $"{wanted}-{number}";

    private sealed class Numbers
    {
        public int Next { get; set; } = 2;

        public int Users { get; set; }

        public SortedSet<int> Free { get; } = [];
    }
}
