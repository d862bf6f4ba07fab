using System.IO.Pipelines;
using System.Text.Json;
using McpSseActors.Dashboard.Live;

namespace McpSseActors.Dashboard.Api;

/// <summary>
/// Answers the first click before it comes: while the first page opens, a stream is described to nobody. .NET compiles what answers, and the click need not
/// wait for that.
/// </summary>
internal sealed class Rehearsal
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly StreamHub _hub;
    private readonly StreamApi _streams;
    private readonly Lazy<Task> _done;

    public Rehearsal(StreamHub hub, StreamApi streams)
    {
        (_hub, _streams) = (hub, streams);
        _done = new(() => Task.Run(RunAsync));
    }

    /// <summary>Rehearses, if it has not been done; never fails.</summary>
    public Task DoneAsync() => _done.Value;

    private async Task RunAsync()
    {
        try
        {
            using var late = new CancellationTokenSource(Longest);
            if (await _hub.Client.GetStreamsAsync(late.Token).ConfigureAwait(false) is not [var name, ..])
                return;
            var answer = await _streams.DescribeAsync(name, late.Token).ConfigureAwait(false);
            await JsonSerializer.SerializeAsync(PipeWriter.Create(Stream.Null), answer, answer.GetType(), ApiJson.Options, late.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A click will say so.
        }
    }
}
