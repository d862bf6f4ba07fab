using System.Threading.Channels;
using McpSseActors.Cli.Watch.Model;
using McpSseActors.Cli.Watch.Sources;
using McpSseActors.Cli.Watch.Terminal;
using McpSseActors.Cli.Watch.View;

namespace McpSseActors.Cli.Watch;

/// <summary>
/// Shows a source on a screen until the user quits. Readings, keys and ticks come one after the other to one loop, which alone touches the
/// model; a frame is drawn when all of them are handled.
/// </summary>
internal sealed class LiveView(IWatchSource source, IScreen screen, FrameWriter writer, TimeProvider time)
{
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    // A terminal that is held up (Ctrl-S) holds up everything else, so nothing piles up.
    private readonly Channel<Action> _inputs = Channel.CreateBounded<Action>(100);
    private readonly WatchModel _model = new(source, time);
    private TaskCompletionSource _asked = NewAsked();
    private volatile EventQuery? _query;
    private Task _restart = Task.CompletedTask;
    private (int Width, int Height) _size;

    public async Task RunAsync(CancellationToken ending)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending);
        _query = _model.Query;
        Task[] work = [EndWithAllAsync(ReadSourceAsync(over.Token)), EndWithAllAsync(ReadKeysAsync(over.Cancel, over.Token)),
            EndWithAllAsync(TickAsync(over.Token))];
        try
        {
            await foreach (var input in _inputs.Reader.ReadAllAsync(over.Token).ConfigureAwait(false))
            {
                input();
                _query = _model.Query;
                if (!_inputs.Reader.TryPeek(out _))
                    Draw();
            }
        }
        catch (Exception end) when (end is IOException || over.IsCancellationRequested)
        {
            // The terminal has gone, or the user has quit.
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll([.. work, _restart]).ConfigureAwait(false);
        }
    }

    /// <summary>Says something for a while, at the bottom of the screen. Any thread may call it.</summary>
    public void Say(string notice) => _inputs.Writer.TryWrite(() => _model.Say(notice));

    private static TaskCompletionSource NewAsked() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // What one of them throws ends the view.
    private async Task EndWithAllAsync(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            _inputs.Writer.TryComplete(fault);
        }
    }

    private async Task ReadSourceAsync(CancellationToken over)
    {
        var retry = TimeSpan.Zero;
        while (!over.IsCancellationRequested)
        {
            var asked = Volatile.Read(ref _asked).Task;
            try
            {
                var reading = await source.ReadAsync(_query!, over).ConfigureAwait(false);
                retry = TimeSpan.Zero;
                await PostAsync(() => _model.Take(reading), over).ConfigureAwait(false);
            }
            catch (SourceException fault)
            {
                retry = retry == TimeSpan.Zero ? source.Period : TimeSpan.FromTicks(Math.Min(2 * retry.Ticks, LongestRetry.Ticks));
                var outage = new Outage(fault.Message, time.GetUtcNow() + retry);
                await PostAsync(() => _model.Take(outage), over).ConfigureAwait(false);
            }

            await asked.WithinAsync(retry > TimeSpan.Zero ? retry : source.Period, time, over).ConfigureAwait(false);
        }
    }

    private async Task ReadKeysAsync(Action quit, CancellationToken over)
    {
        await foreach (var key in screen.Input.ReadAllAsync(over).ConfigureAwait(false))
            await PostAsync(() => Press(key, quit, over), over).ConfigureAwait(false);
    }

    private async Task TickAsync(CancellationToken over)
    {
        using var timer = new PeriodicTimer(FrameTime, time);
        do
            await PostAsync(_model.Tick, over).ConfigureAwait(false);
        while (await timer.WaitForNextTickAsync(over).ConfigureAwait(false));
    }

    private ValueTask PostAsync(Action input, CancellationToken over) => _inputs.Writer.WriteAsync(input, over);

    private void Press(ConsoleKeyInfo? key, Action quit, CancellationToken over)
    {
        if (key is not { } pressed)
        {
            writer.Forget();
            return;
        }

        var page = FrameSpace.Of(screen.Size.Height, _model.Streams.Count).Events - 1;
        switch (WatchKeys.Press(pressed, _model, page))
        {
            case WatchAction.Quit:
                quit();
                break;
            case WatchAction.Read:
                AskNow();
                break;
            case WatchAction.Restart when _restart.IsCompleted:
                _restart = RestartAsync(_model.Current!.Stats.Stream, over);
                break;
        }
    }

    private void AskNow()
    {
        // Asked with the choice that the key made.
        _query = _model.Query;
        Interlocked.Exchange(ref _asked, NewAsked()).TrySetResult();
    }

    private async Task RestartAsync(string stream, CancellationToken over)
    {
        var outcome = $"restarting {stream}";
        try
        {
            await source.RestartAsync(stream, over).ConfigureAwait(false);
        }
        catch (SourceException fault)
        {
            outcome = fault.Message;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Say(outcome);
        _inputs.Writer.TryWrite(AskNow);
    }

    private void Draw()
    {
        var (width, height) = screen.Size;
        if ((width, height) != _size)
            writer.Forget();
        _size = (width, height);
        var frame = writer.Write(WatchFrame.Of(_model, screen.HasKeys, width, height));
        if (frame.Length > 0)
            screen.Draw(frame);
    }
}
