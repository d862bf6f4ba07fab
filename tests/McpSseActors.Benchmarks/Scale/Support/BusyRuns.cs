using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Scale.Clients;

namespace McpSseActors.Benchmarks.Scale.Support;

/// <summary>What a busy client did.</summary>
/// <param name="EventsPerSecond">Of all its streams together.</param>
/// <param name="Cores">How many cores it kept busy.</param>
/// <param name="PeakRss">The most memory that it had resident, in bytes.</param>
internal sealed record BusyFigures(double EventsPerSecond, double Cores, long PeakRss);

/// <summary>Runs of a client whose streams come at full speed.</summary>
/// <param name="server">Who sends.</param>
/// <param name="events">How many events all streams have together.</param>
/// <param name="ending">Ends it early.</param>
internal sealed class BusyRuns(ServerProcess server, long events, CancellationToken ending)
{
    /// <summary>What is sent.</summary>
    public static Corpus Sent => Catalogue.Small;

    /// <summary>Measures a client in a separate process.</summary>
    /// <param name="kind">Which client.</param>
    /// <param name="streams">How many streams it reads.</param>
    /// <param name="processors">The processors that it may run on, as <c>taskset</c> names them; null for all.</param>
    /// <exception cref="InvalidOperationException">It saw something else than was sent.</exception>
    public async Task<BusyFigures> MeasureAsync(ClientKind kind, int streams, string? processors = null)
    {
        var settings = new BusySettings(server.Address($"/events?corpus={Sent.Name}").ToString(), Sent.Name, kind, streams, events / streams);
        await using var client = ClientProcess.Start(ClientCommand.Busy, settings, processors);
        var result = await client.HearAsync<BusyResult>(ending);
        return result.Wrong.Length == 0
            ? new BusyFigures(result.EventsPerSecond, result.Cores, ProcessFigures.PeakRss(client.Id))
            : throw new InvalidOperationException($"{kind} saw something else than was sent, of: {string.Join(", ", result.Wrong)}.");
    }
}
