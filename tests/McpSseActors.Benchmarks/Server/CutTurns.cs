using System.Diagnostics;

namespace McpSseActors.Benchmarks.Server;

/// <summary>
/// Cuts clients that are there at once in turns, some times each while the connections of the others stand: what slows the machine for a while slows
/// all of them.
/// </summary>
internal sealed class CutTurns
{
    private const int CutsInATurn = 50;

    private readonly Client[] _clients;

    public CutTurns(int clients)
    {
        _clients = [.. Enumerable.Range(0, clients).Select(_ => new Client())];
        _clients[0].Turn.Release(CutsInATurn);
    }

    /// <summary>When the client was cut last (<see cref="Stopwatch.GetTimestamp"/>); 0 before that.</summary>
    public long LastCut(int client) => _clients[client].LastCut;

    /// <summary>Waits until it is the client's turn; its last one is over with this.</summary>
    public Task WaitAsync(int client)
    {
        var cuts = _clients[client].Cuts;
        if (cuts > 0 && cuts % CutsInATurn == 0)
            _clients[(client + 1) % _clients.Length].Turn.Release(CutsInATurn);
        return _clients[client].Turn.WaitAsync();
    }

    /// <summary>Cuts it.</summary>
    public void Cut(int client, Connection connection, bool isReset)
    {
        _clients[client].Cuts++;
        _clients[client].LastCut = Stopwatch.GetTimestamp();
        connection.Cut(isReset);
    }

    private sealed class Client
    {
        public SemaphoreSlim Turn { get; } = new(0);

        public int Cuts { get; set; }

        public long LastCut { get; set; }
    }
}
