using System.Threading.Channels;

namespace McpSseActors.Tests.Support;

/// <summary>The events that a handler received, in order.</summary>
public sealed class ReceivedEvents
{
    private readonly Channel<McpEvent> _received = Channel.CreateUnbounded<McpEvent>();

    /// <summary>The events that nobody has taken yet.</summary>
    public int Waiting => _received.Reader.Count;

    public void Collect(McpEvent received) => _received.Writer.TryWrite(received);

    public async Task<McpEvent> NextAsync()
    {
        using var limit = new CancellationTokenSource(Within.Limit);
        return await _received.Reader.ReadAsync(limit.Token);
    }

    /// <summary>The texts of the next events.</summary>
    public async Task<string[]> TextsAsync(int count)
    {
        var texts = new string[count];
        for (var i = 0; i < count; i++)
            texts[i] = (await NextAsync()).Text;
        return texts;
    }
}
