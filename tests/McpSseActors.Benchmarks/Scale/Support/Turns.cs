using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Scale.Support;

/// <summary>What clients measure in turns, so that what disturbs the machine disturbs all.</summary>
/// <param name="clients">The clients.</param>
internal sealed class Turns<TClient, TResult>(IReadOnlyList<TClient> clients)
    where TClient : notnull
{
    private readonly Dictionary<TClient, List<TResult>> _results = clients.ToDictionary(client => client, _ => new List<TResult>());

    public IReadOnlyList<TClient> Clients => clients;

    /// <summary>Measures each client once a round, each round in another order. Says on the console how far it is.</summary>
    public async Task TakeAsync(string name, int rounds, Func<TClient, Task<TResult>> measure)
    {
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < clients.Count; turn++)
            {
                var client = clients[(round + turn) % clients.Count];
                var result = await measure(client);
                _results[client].Add(result);
                Console.WriteLine($"{name}, round {round + 1} of {rounds}: {client} {result}");
            }
        }
    }

    /// <summary>A figure of a client over the rounds.</summary>
    public Spread Of(TClient client, Func<TResult, double> figure) => Spread.Of(_results[client].Select(figure));

    /// <summary>How many times as large a figure is as the baseline's in the same round.</summary>
    public Spread Ratio(TClient client, TClient baseline, Func<TResult, double> figure) => Of(client, baseline, (own, others) => figure(own) / figure(others));

    /// <summary>A figure of a client and the baseline in the same round.</summary>
    public Spread Of(TClient client, TClient baseline, Func<TResult, TResult, double> figure) => Spread.Of(_results[client].Zip(_results[baseline], figure));
}
