using System.Net;
using System.Net.Sockets;

namespace McpSseActors.Connections;

/// <summary>No address of a name accepted a connection, for different reasons.</summary>
internal sealed class NoAddressException(string reasons) : IOException(reasons);

/// <summary>
/// Connects to the first address of a name that answers (RFC 8305, "Happy Eyeballs"): both families take turns, each
/// address gets a short head start, and an address that fails makes room for the next at once.
/// </summary>
/// <param name="onOutcome">Called with each address that was tried, and how it fared.</param>
internal sealed class HappyEyeballs(Action<IPAddress, string>? onOutcome = null)
{
    /// <summary>The head start of an address (RFC 8305, 8, "Connection Attempt Delay").</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    private readonly List<(IPAddress Address, Exception Fault)> _failed = [];
    private readonly Dictionary<Task<Socket>, IPAddress> _running = [];

    /// <summary>Connects; attempts that lose are closed.</summary>
    /// <exception cref="SocketException">Every address failed for this reason.</exception>
    /// <exception cref="NoAddressException">The addresses failed for different reasons.</exception>
    public async Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellation)
    {
        if (addresses is [var only] && onOutcome is null)
            return new NetworkStream(await ConnectAsync(new IPEndPoint(only, port), cancellation).ConfigureAwait(false), ownsSocket: true);

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var waiting = new Queue<IPAddress>(Interleave(addresses));
        try
        {
            while (_running.Count > 0 || waiting.Count > 0)
            {
                if (waiting.TryDequeue(out var next))
                    _running.Add(ConnectAsync(new IPEndPoint(next, port), over.Token), next);
                if (await FirstAsync(waiting.Count > 0 ? HeadStart : Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false) is { } ended
                    && Finish(ended) is { } connected)
                    return new NetworkStream(connected, ownsSocket: true);
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            foreach (var (late, address) in _running)
                Abandon(late, address);
        }

        throw Failure();
    }

    /// <summary>Sorts addresses so that the families take turns, starting with the preferred one.</summary>
    public static IEnumerable<IPAddress> Interleave(IReadOnlyList<IPAddress> addresses)
    {
        var preferred = addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily).ToList();
        var others = addresses.Except(preferred).ToList();
        for (var i = 0; i < Math.Max(preferred.Count, others.Count); i++)
        {
            foreach (var family in new[] { preferred, others })
            {
                if (i < family.Count)
                    yield return family[i];
            }
        }
    }

    private async Task<Task<Socket>?> FirstAsync(TimeSpan headStart, CancellationToken cancellation)
    {
        var first = Task.WhenAny(_running.Keys);
        await ((Task)first).WaitAsync(headStart, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return first.IsCompleted ? await first.ConfigureAwait(false) : null;
    }

    private Socket? Finish(Task<Socket> ended)
    {
        _running.Remove(ended, out var address);
        if (ended.IsCompletedSuccessfully)
        {
            onOutcome?.Invoke(address!, "connected");
            return ended.Result;
        }

        var fault = ended.Exception?.InnerException ?? new TaskCanceledException(ended);
        _failed.Add((address!, fault));
        onOutcome?.Invoke(address!, fault.Message);
        return null;
    }

    private void Abandon(Task<Socket> late, IPAddress address)
    {
        onOutcome?.Invoke(address, "no answer");
        late.ContinueWith(
            static over =>
            {
                if (over.IsCompletedSuccessfully)
                    over.Result.Dispose();
                else
                    _ = over.Exception;
            },
            TaskScheduler.Default);
    }

    private Exception Failure() => _failed switch
    {
        [] => new SocketException((int)SocketError.HostNotFound),
        [var (_, fault), ..] when _failed.All(other => CodeOf(other.Fault) == CodeOf(fault)) => fault,
        _ => new NoAddressException(string.Join("; ", _failed.Select(other => $"{other.Address}: {other.Fault.Message}"))),
    };

    private static SocketError? CodeOf(Exception fault) => (fault as SocketException)?.SocketErrorCode;

    private static async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
