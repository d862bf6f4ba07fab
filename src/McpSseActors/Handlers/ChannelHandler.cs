using System.Threading.Channels;
using Akka.Actor;

namespace McpSseActors.Handlers;

/// <summary>Writes each event into a channel, and waits for room. The channel ends with the actor; a reader that has gone is expected. A
/// channel that ends with an exception has nobody who would remove the handler, so that it ends itself.</summary>
internal sealed class ChannelHandler : ReceiveActor
{
    private readonly ChannelWriter<McpEvent> _writer;
    private readonly CancellationTokenSource _stopped = new();

    public ChannelHandler(ChannelWriter<McpEvent> writer)
    {
        _writer = writer;
        ReceiveAsync<McpEvent>(WriteAsync);
    }

    public static HandlerRegistration Registration(string pattern, ChannelWriter<McpEvent> writer) =>
        HandlerRegistration.ForProps(pattern, PropsByCall.Local(() => new ChannelHandler(writer))) with { Name = "reader", EndsByItself = true };

    protected override void PostStop()
    {
        _writer.TryComplete();
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private async Task WriteAsync(McpEvent received)
    {
        try
        {
            await _writer.WriteAsync(received, _stopped.Token);
        }
        catch (ChannelClosedException orphaned) when (orphaned.InnerException is not null)
        {
            Context.Stop(Self);
        }
        catch (Exception over) when (over is ChannelClosedException or OperationCanceledException)
        {
        }
    }
}
