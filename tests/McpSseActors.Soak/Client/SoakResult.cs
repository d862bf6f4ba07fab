using System.Globalization;
using McpSseActors.Soak.Support;
using McpSseActors.TestServer.Faults;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Soak.Client;

/// <summary>What came of a soak.</summary>
internal sealed record SoakResult(
    FaultServerSettings Settings, IReadOnlyList<Sample> Samples, FaultServerStatus Server, HandledCount Outside, string Stored, StreamStats Stats, Ledger Ledger, string[] Mishaps)
{
    private const int MostRows = 40;

    public Verdict Verdict { get; } = new([
        new("everything that was sent was handled", Ledger.Last == Server.Produced && Server.IsOver, $"{Server.Produced} sent, {Ledger.Last} reached"),
        new("the server's process counts the same", Outside == new HandledCount(Ledger.Last), $"{Outside.Last} reached, {Outside.Lost} lost, {Outside.Repeated} repeated"),
        new("the position of the last event is stored", Stored.Contains($"\"id\":\"{Ledger.Last}\"", StringComparison.Ordinal), Stored),
        new("nothing lost", Ledger.Lost == 0, $"{Ledger.Lost} lost"),
        new("nothing twice", Ledger.Repeated == 0, $"{Ledger.Repeated} repeated"),
        new("nothing changed", Ledger.Changed == 0, $"{Ledger.Changed} changed"),
        new("the statistics add up", AddsUp(Stats, Ledger), $"{Stats.TotalEventsReceived} received, {Stats.Dispatched} dispatched, {Duplicates(Stats)} duplicates, {Stats.InFlight} in flight"),
        new("no exception unobserved, no error logged, never given up", Mishaps.Length == 0, $"{Mishaps.Length} mishaps"),
        .. Growth.Judge(Samples),
    ]);

    public IEnumerable<Sheet> Sheets =>
    [
        new("Over time", Sample.Columns, [.. Thinned().Select(sample => sample.ToCells())]),
        new("Faults", ["kind", "times"], [.. Faults.All.Select(fault => new[] { fault.Name, Text(Server.Faults.GetValueOrDefault(fault.Name)) }), ["all", Text(Server.Faults.Values.Sum())]]),
        .. Wrong.Length > 0 ? [new Sheet("What went wrong", ["what"], [.. Wrong.Select(what => new[] { what })])] : Array.Empty<Sheet>(),
        Verdict.ToSheet(),
    ];

    public string ToMarkdown() => string.Create(CultureInfo.InvariantCulture, $"""
        # Soak

        {Samples[^1].At.TotalMinutes:0.0} minutes, {Settings.Rate} events a second, a fault every {Settings.FaultEvery.TotalSeconds} s, seed {Settings.Seed},
        {Server.Connections} connections, {Stats.TotalReconnectAttempts} reconnects, {Stats.BytesReceived / 1e6:0.0} MB received. Growth compares the medians of
        the second and the last quarter of all samples.


        """) + string.Join('\n', Sheets.Select(sheet => $"## {sheet.Title}\n\n{sheet.ToMarkdown()}"));

    private string[] Wrong => [.. Ledger.Complaints, .. Mishaps];

    private static long Duplicates(StreamStats stats) => stats.Dropped.GetValueOrDefault("duplicate");

    private static bool AddsUp(StreamStats stats, Ledger ledger) =>
        stats.InFlight == 0
        && stats.Dispatched == ledger.Handled
        && stats.TotalEventsReceived == stats.Dispatched + stats.Filtered + stats.Unhandled + Duplicates(stats);

    private IEnumerable<Sample> Thinned()
    {
        var step = (Samples.Count / MostRows) + 1;
        return Samples.Where((_, i) => i % step == 0 || i == Samples.Count - 1);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
