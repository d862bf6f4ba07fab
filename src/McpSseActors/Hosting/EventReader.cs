using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using McpSseActors.Events;
using McpSseActors.Handlers;
using McpSseActors.Messages;

namespace McpSseActors.Hosting;

/// <summary>Reads events through a handler that is there as long as somebody reads.</summary>
internal sealed class EventReader(
    IMcpSseClient client, Func<HandlerRegistration, string?, CancellationToken, Task<string>> add, string pattern, string? stream)
{
    // Checked at once, not at the first read.
    private readonly string _pattern = EventPattern.Parse(pattern).Text;

    public async IAsyncEnumerable<McpEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<McpEvent>(new BoundedChannelOptions(1) { SingleReader = true });
        var name = await add(ChannelHandler.Registration(_pattern, channel.Writer), stream, cancellation).ConfigureAwait(false);
        try
        {
            await foreach (var received in channel.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                yield return received;
        }
        finally
        {
            channel.Writer.TryComplete();
            await RemoveAsync(name).ConfigureAwait(false);
        }
    }

    // Where stream or host have ended, the handler has as well.
    private async Task RemoveAsync(string name)
    {
        try
        {
            await client.UnregisterHandlerAsync(name, stream, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is StreamNotFoundException or AskTimeoutException or InvalidOperationException)
        {
        }
    }
}
