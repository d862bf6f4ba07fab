using System.Threading.Channels;

namespace McpSseActors.Tests.Support;

/// <summary>The state changes of a host's streams, in order.</summary>
public sealed class StateLog
{
    private static readonly TimeSpan Limit = Within.Limit;

    private readonly Channel<StreamStateChanged> _changes = Channel.CreateUnbounded<StreamStateChanged>();

    /// <summary>The changes that nobody has taken yet.</summary>
    public int Waiting => _changes.Reader.Count;

    /// <summary>Takes changes until one reaches the state.</summary>
    public async Task<StreamStateChanged> UntilAsync(ConnectionState state)
    {
        using var limit = new CancellationTokenSource(Limit);
        var seen = new List<StreamStateChanged>();
        try
        {
            while (true)
            {
                var change = await _changes.Reader.ReadAsync(limit.Token);
                seen.Add(change);
                if (change.NewState == state)
                    return change;
            }
        }
        catch (OperationCanceledException)
        {
            throw new ShouldAssertException($"{state} was not reached; seen: {string.Join(", ", seen)}");
        }
    }

    /// <summary>Takes the next change.</summary>
    public async Task<StreamStateChanged> NextAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await _changes.Reader.ReadAsync(limit.Token);
    }

    internal sealed class Listener : ReceiveActor
    {
        public Listener(StateLog log) => Receive<StreamStateChanged>(change => log._changes.Writer.TryWrite(change));
    }
}
