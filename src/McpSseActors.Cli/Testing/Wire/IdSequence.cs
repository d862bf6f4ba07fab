namespace McpSseActors.Cli.Testing.Wire;

/// <summary>The IDs of events in the order in which they came: are they there, and do they rise? Keeps the newest only.</summary>
internal sealed class IdSequence
{
    private const int MostKept = 1000;

    private readonly Queue<string> _newest = new();
    private string _last = "";

    /// <summary>How many events had an ID.</summary>
    public long Count { get; private set; }

    /// <summary>How many had none.</summary>
    public long Without { get; private set; }

    /// <summary>The first; empty before there is one.</summary>
    public string First { get; private set; } = "";

    /// <summary>Whether all of them are numbers, be it with something in front, that rise.</summary>
    public bool AreRising { get; private set; } = true;

    /// <summary>The first fault of their order: an ID that came again, or too late, and the one before it; null for none.</summary>
    public (string Id, string Before)? Fault { get; private set; }

    /// <summary>The newest ones, oldest first.</summary>
    public IReadOnlyList<string> Newest => [.. _newest];

    /// <summary>Notes the next event's ID; null for none.</summary>
    public void Add(string? id)
    {
        if (string.IsNullOrEmpty(id))
        {
            Without++;
            return;
        }

        if (Count++ == 0)
            First = id;
        else
            Compare(id);
        _last = id;
        _newest.Enqueue(id);
        if (_newest.Count > MostKept)
            _newest.Dequeue();
    }

    private void Compare(string id)
    {
        if (id == _last)
            Fault ??= (id, _last);
        var (prefix, number) = Split(id);
        var (lastPrefix, lastNumber) = Split(_last);
        if (number.Length == 0 || lastNumber.Length == 0 || prefix != lastPrefix)
            AreRising = false;
        else if (IsLess(number, lastNumber))
            Fault ??= (id, _last);
    }

    private static (string Prefix, string Number) Split(string id)
    {
        var prefix = id.TrimEnd(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        return (prefix, id[prefix.Length..].TrimStart('0') is { Length: > 0 } number ? number : id.Length > prefix.Length ? "0" : "");
    }

    // They may be longer than any number type.
    private static bool IsLess(string one, string other) =>
        one.Length != other.Length ? one.Length < other.Length : string.CompareOrdinal(one, other) < 0;
}
