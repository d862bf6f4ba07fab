namespace McpSseActors.Soak.Support;

/// <summary>What must not happen in the process: exceptions that nobody observed or caught, errors in the log, a stream that gives up.</summary>
internal sealed class Mishaps : IDisposable
{
    private const int MostKept = 20;

    private readonly List<string> _kept = [];
    private readonly TaskCompletionSource _gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public Mishaps()
    {
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>Ends when the stream has given up.</summary>
    public Task HasGivenUp => _gaveUp.Task;

    public string[] First
    {
        get
        {
            lock (_kept)
                return [.. _kept];
        }
    }

    /// <summary>Stops listening, because errors of the end itself are not mishaps.</summary>
    public void Dispose()
    {
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
    }

    public void Add(string what)
    {
        Interlocked.Increment(ref _count);
        lock (_kept)
        {
            if (_kept.Count < MostKept)
                _kept.Add(what);
        }
    }

    public void GaveUp(string reason)
    {
        if (_gaveUp.TrySetResult())
            Add(reason);
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs fault) => Add($"unobserved: {fault.Exception}");

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs fault)
    {
        Add($"unhandled: {fault.ExceptionObject}");
        Console.Error.WriteLine(fault.ExceptionObject);
    }
}
