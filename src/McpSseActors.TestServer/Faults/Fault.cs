
namespace McpSseActors.TestServer.Faults;

/// <summary>One way in which a server or a network can go wrong.</summary>
/// <param name="Name">For the report.</param>
/// <param name="OnStream">Done to a connection in the middle of its stream; gives whether the stream goes on. Without it, the stream ends cleanly.</param>
/// <param name="OnAnswer">Done to the requests that follow, in place of an answer; gives whether a stream follows all the same.</param>
/// <param name="RefuseFor">How long the port stays closed afterwards.</param>
public sealed record Fault(
    string Name, Func<FaultExchange, Task<bool>>? OnStream = null, Func<FaultExchange, Task<bool>>? OnAnswer = null, TimeSpan RefuseFor = default);

/// <summary>Deals the faults in random order: every one once, then all again.</summary>
public sealed class FaultDeck(ulong seed)
{
    private readonly SeededRandom _random = new(seed);
    private readonly Fault[] _cards = [.. Faults.All];
    private int _dealt;

    public Fault Next()
    {
        if (_dealt % _cards.Length == 0)
            _random.Shuffle<Fault>(_cards);
        return _cards[_dealt++ % _cards.Length];
    }
}
