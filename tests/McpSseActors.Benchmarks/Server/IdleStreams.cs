using System.Collections.Concurrent;

namespace McpSseActors.Benchmarks.Server;

/// <summary>Streams by the thousand on which nothing happens but a comment now and then.</summary>
internal sealed class IdleStreams : IDisposable
{
    private static readonly byte[] Comment = Http.Chunk(":\n");

    private readonly ConcurrentDictionary<double, CommentRound> _rounds = new();

    /// <summary>Answers with a comment, and then one every so often until the client goes.</summary>
    public async Task HoldAsync(Connection connection, Request request)
    {
        await connection.SendAsync((byte[])[.. Http.StreamHead, .. Comment]);
        var every = request.Number("comment-every", 0);
        if (every == 0)
        {
            await connection.UntilClosedAsync();
            return;
        }

        var round = _rounds.GetOrAdd(every, seconds => new CommentRound(TimeSpan.FromSeconds(seconds)));
        round.Add(connection);
        try
        {
            await connection.UntilClosedAsync();
        }
        finally
        {
            round.Remove(connection);
        }
    }

    public void Dispose()
    {
        foreach (var round in _rounds.Values)
            round.Dispose();
    }

    /// <summary>One timer for all streams with the same time: each of its ticks serves a part of them, so that they do not come in a burst.</summary>
    private sealed class CommentRound : IDisposable
    {
        private const int Parts = 20;

        private readonly ConcurrentDictionary<Connection, int> _partOf = new();
        private readonly Timer _timer;
        private int _added;
        private int _tick;

        public CommentRound(TimeSpan every) => _timer = new Timer(_ => Send(++_tick % Parts), null, every / Parts, every / Parts);

        public void Add(Connection connection) => _partOf[connection] = Interlocked.Increment(ref _added) % Parts;

        public void Remove(Connection connection) => _partOf.TryRemove(connection, out _);

        public void Dispose() => _timer.Dispose();

        private void Send(int part)
        {
            foreach (var (connection, itsPart) in _partOf)
            {
                if (itsPart == part)
                    Send(connection);
            }
        }

        private static void Send(Connection connection)
        {
            try
            {
                connection.Send(Comment);
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException)
            {
                // The waiter for its end sees it too.
            }
        }
    }
}
