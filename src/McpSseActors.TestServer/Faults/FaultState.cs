namespace McpSseActors.TestServer.Faults;

/// <summary>Which fault is due, which requests are to be answered by one, and how many there were. One at a time.</summary>
public sealed class FaultState(FaultServerSettings settings)
{
    private const int MostAnswersInARow = 3;

    private readonly Lock _gate = new();
    private readonly FaultDeck _deck = new(settings.Seed);
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private Fault? _due;
    private Fault? _answering;
    private int _answers;
    private int _striking;
    private bool _stopped;

    /// <summary>Whether all faults have passed.</summary>
    public bool AreOver
    {
        get
        {
            lock (_gate)
                return _stopped && _striking == 0;
        }
    }

    public SortedDictionary<string, int> Counts()
    {
        lock (_gate)
            return new(_counts, StringComparer.Ordinal);
    }

    public async Task DealAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(settings.FaultEvery);
        while (await timer.WaitForNextTickAsync(stop))
        {
            lock (_gate)
            {
                if (!_stopped && _due is null && _answers == 0 && _striking == 0)
                    _due = _deck.Next();
            }
        }
    }

    /// <summary>The fault for the current stream, if its time has come.</summary>
    public Fault? TakeDue()
    {
        lock (_gate)
        {
            var due = _due;
            _due = null;
            return due;
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            _due = null;
            _answers = 0;
        }
    }

    /// <summary>Does the fault to a stream; gives whether the stream goes on.</summary>
    public Task<bool> StrikeStreamAsync(Fault fault, FaultExchange exchange)
    {
        if (fault.OnAnswer is not null)
            AnswerWith(fault, exchange.Random.Between(1, MostAnswersInARow));
        if (fault.OnStream is { } strike)
            return StrikeAsync(fault, strike, exchange);
        return StrikeAsync(fault.OnAnswer is null ? fault : null, EndAsync, exchange);
    }

    /// <summary>Answers a request with a fault, if one is to be; gives whether a stream is to follow.</summary>
    public async Task<bool> StrikeAnswerAsync(FaultExchange exchange)
    {
        Fault fault;
        lock (_gate)
        {
            if (_answers == 0)
                return true;
            _answers--;
            fault = _answering!;
        }

        var streams = await StrikeAsync(fault, fault.OnAnswer!, exchange);
        if (streams)
            AnswerWith(fault, 0);
        return streams;
    }

    private void AnswerWith(Fault fault, int times)
    {
        lock (_gate)
        {
            if (_stopped)
                return;
            _answering = fault;
            _answers = times;
        }
    }

    private async Task<bool> StrikeAsync(Fault? counted, Func<FaultExchange, Task<bool>> strike, FaultExchange exchange)
    {
        lock (_gate)
        {
            _striking++;
            if (counted is not null)
                _counts[counted.Name] = _counts.GetValueOrDefault(counted.Name) + 1;
        }

        try
        {
            return await strike(exchange);
        }
        finally
        {
            lock (_gate)
                _striking--;
        }
    }

    private static async Task<bool> EndAsync(FaultExchange exchange)
    {
        await exchange.EndAsync();
        return false;
    }
}
