using System.Threading.Channels;
using Akka.Event;

namespace McpSseActors.Mcp;

/// <summary>
/// The answers to the requests of a server, posted one after another: a server that sends requests faster than it accepts answers is not read
/// meanwhile.
/// </summary>
/// <param name="context">The attempt.</param>
/// <param name="post">Posts an answer.</param>
/// <param name="explain">Explains why that failed, in one line.</param>
internal sealed class McpReplies(McpContext context, Func<byte[], CancellationToken, Task> post, Func<Exception, string> explain)
{
    /// <summary>The number of unanswered requests of the server; with more, its streams are not read.</summary>
    private const int Most = 16;

    private readonly Channel<byte[]> _waiting = Channel.CreateBounded<byte[]>(Most);

    /// <summary>Queues answers, and waits until there is room for them.</summary>
    public async Task AddAsync(IReadOnlyList<byte[]> replies, CancellationToken cancellation)
    {
        foreach (var reply in replies)
            await _waiting.Writer.WriteAsync(reply, cancellation).ConfigureAwait(false);
    }

    /// <summary>Posts them, until the attempt is over.</summary>
    public async Task RunAsync(CancellationToken over)
    {
        await foreach (var reply in _waiting.Reader.ReadAllAsync(over).ConfigureAwait(false))
        {
            using var limit = new Patience(context.Options.ConnectionTimeout, over);
            limit.Begin();
            try
            {
                await post(reply, limit.Token).ConfigureAwait(false);
            }
            catch (Exception refused) when (!over.IsCancellationRequested)
            {
                context.State.Log.Debug("Stream {Stream}: the server refused the answer to its request: {Reason}", context.State.Stream, explain(refused));
            }
        }
    }
}
