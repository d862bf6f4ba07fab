using System.Text.Json;
using System.Threading.Channels;

namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>The process that measures this one: it hears lines of JSON, and says an empty line when it is time to go on.</summary>
internal sealed class Parent
{
    private readonly Channel<string> _words = Channel.CreateUnbounded<string>();

    public Parent() => new Thread(Listen) { IsBackground = true }.Start();

    /// <summary>Ends when the parent has ended, or has no more use for this process.</summary>
    public Task Gone => _words.Reader.Completion;

    /// <summary>Tells it something.</summary>
    public static void Tell<T>(T news) => Console.Out.WriteLine(JsonSerializer.Serialize(news));

    /// <summary>Waits until it says to go on.</summary>
    /// <exception cref="ChannelClosedException">It has gone.</exception>
    public async Task GoAheadAsync() => await _words.Reader.ReadAsync();

    private void Listen()
    {
        while (Console.In.ReadLine() is { } word)
            _words.Writer.TryWrite(word);
        _words.Writer.TryComplete();
    }
}

/// <summary>How far a measured client has come.</summary>
/// <param name="What">The stage.</param>
/// <param name="Count">What was counted until there, if anything.</param>
internal sealed record Stage(string What, long Count = 0)
{
    public const string Connected = "connected";
    public const string Warm = "warm";
    public const string FirstEvent = "first event";
    public const string AllEvents = "all events";
    public const string Collected = "collected";
}
