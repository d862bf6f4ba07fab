using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using McpSseActors.Handlers;

namespace McpSseActors.Hosting;

/// <summary>Reads events through a handler that exists as long as the loop runs.</summary>
internal sealed class EventReader(IMcpSseClient client, Func<HandlerRegistration, Task<HandlerAdded>> add, string pattern)
{
    // Checked at once, not at the first read.
    private readonly string _pattern = EventPattern.Parse(pattern).Text;

    public async IAsyncEnumerable<McpEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var channel = Channel.CreateBounded<McpEvent>(new BoundedChannelOptions(1) { SingleReader = true });
        HandlerAdded? handler = null;
        var isOver = false;
        try
        {
            // Not cancelled: a handler that was added unnoticed would never be removed.
            handler = await add(ChannelHandler.Registration(_pattern, channel.Writer)).ConfigureAwait(false);
            await foreach (var received in channel.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                yield return received;
            isOver = true;
        }
        finally
        {
            // Removed first, then let go: so it does not end as a handler that stopped by itself.
            if (handler is not null && !isOver)
                await RemoveAsync(handler).ConfigureAwait(false);
            channel.Writer.TryComplete(handler is null ? new AskTimeoutException("It is not known whether the handler was added.") : null);
        }
    }

    // If the stream or the host has ended, so has the handler.
    private async Task RemoveAsync(HandlerAdded handler)
    {
        try
        {
            await client.RemoveHandlerAsync(handler.Name, handler.Stream, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is StreamNotFoundException or AskTimeoutException or InvalidOperationException)
        {
        }
    }
}
