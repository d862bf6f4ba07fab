using Akka.Actor;

namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>What a client whose memory is measured does with a long stream.</summary>
/// <param name="Url">The stream; it waits a while before its first event.</param>
/// <param name="IsNaive">Whether it is the naive loop, and not this library.</param>
/// <param name="Events">How many events the stream has.</param>
/// <param name="IsHeld">Whether the handler blocks at the first event until it is released.</param>
/// <param name="NapEvery">After how many events the handler sleeps for <see cref="NapTime"/>; zero for never.</param>
internal sealed record MemorySettings(string Url, bool IsNaive, long Events, bool IsHeld, long NapEvery)
{
    public static readonly TimeSpan NapTime = TimeSpan.FromMilliseconds(20);
}

/// <summary>Reads a long stream with a handler that blocks, or is slow.</summary>
internal static class MemoryClient
{
    public static async Task RunAsync(MemorySettings settings, Parent parent)
    {
        var handling = new SlowHandling(settings);
        if (settings.IsNaive)
            await NaiveLoop.ConnectAsync(settings.Url, handling);
        else
            await LibraryHost.ConnectAsync(1, mcp => mcp
                .AddStream(settings.Url, options => LibraryHost.Quick(options) with { EnableReconnect = false })
                .AddHandler("*", handling.Props));
        Parent.Tell(new Stage(Stage.Connected));
        await handling.FirstEvent;
        Parent.Tell(new Stage(Stage.FirstEvent));
        if (settings.IsHeld)
        {
            await parent.GoAheadAsync();
            handling.Release();
        }

        Parent.Tell(new Stage(Stage.AllEvents, await handling.AllEvents));
        await parent.Gone;
    }
}

/// <summary>What the handler of a <see cref="MemoryClient"/> does, whatever client sends it the events.</summary>
internal sealed class SlowHandling(MemorySettings settings)
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<long> _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _gate = new(!settings.IsHeld);
    private long _events;

    public Task FirstEvent => _first.Task;

    /// <summary>Ends with the last event of the stream, and says how many there were.</summary>
    public Task<long> AllEvents => _all.Task;

    public Props Props => Props.Create(() => new Handler(this));

    public void Release() => _gate.Set();

    private void Handle()
    {
        _first.TrySetResult();
        _gate.Wait();
        _events++;
        if (settings.NapEvery > 0 && _events % settings.NapEvery == 0)
            Thread.Sleep(MemorySettings.NapTime);
        if (_events == settings.Events)
            _all.SetResult(_events);
    }

    private sealed class Handler : ReceiveActor
    {
        public Handler(SlowHandling handling) => ReceiveAny(_ => handling.Handle());
    }
}
