using System.Globalization;
using System.Text;

namespace McpSseActors.TestServer.Faults;

/// <summary>
/// An endless log of events without storage: event n is the same whenever it is made, so the server can replay all of them and the
/// client knows what each must hold.
/// </summary>
public sealed class EndlessEvents(ulong seed)
{
    private static readonly string[] LineEnds = ["\n", "\r\n", "\r"];
    private static readonly string[] Types = ["", "soak.status", "soak.chat", "soak.note"];
    private static readonly string[] Words = ["alpha", "data:", "id: 7", "été", "你好", "😀", "{\"json\":true}", ":", " ", "event"];

    /// <summary>The type as the handler sees it.</summary>
    public static string TypeOf(long number) => Types[number % Types.Length] is { Length: > 0 } type ? type : "message";

    /// <summary>The data, one to three lines; one event in 500 is a large one.</summary>
    public string DataOf(long number)
    {
        var random = new SeededRandom(seed ^ ((ulong)number * 0xD6E8FEB86659FD93));
        var data = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{number} {random.Next():x16}");
        for (var words = random.OneIn(500) ? random.Between(500, 4000) : random.Between(2, 30); words > 0; words--)
            data.Append(' ').Append(random.Pick<string>(Words));
        for (var lines = random.Below(3); lines > 0; lines--)
            data.Append('\n').Append(random.Pick<string>(Words));
        return data.ToString();
    }

    /// <summary>The event as it goes over the wire, with every kind of line end in turn.</summary>
    public string WireOf(long number)
    {
        var end = LineEnds[number / Types.Length % LineEnds.Length];
        var type = Types[number % Types.Length];
        var wire = new StringBuilder().Append(CultureInfo.InvariantCulture, $"id: {number}").Append(end);
        if (type.Length > 0)
            wire.Append("event: ").Append(type).Append(end);
        foreach (var line in DataOf(number).Split('\n'))
            wire.Append("data: ").Append(line).Append(end);
        return wire.Append(end).ToString();
    }
}
