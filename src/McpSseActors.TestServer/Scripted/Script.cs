namespace McpSseActors.TestServer.Scripted;

/// <summary>What a <see cref="ScriptedServer"/> mostly does with a connection: it opens an event stream, sends, and then…</summary>
public static class Script
{
    /// <summary>…leaves it open and silent.</summary>
    public static Func<Exchange, Task> Sends(string events) => async exchange =>
    {
        await SendAsync(exchange, events);
        await exchange.StayAsync();
    };

    /// <summary>…ends it.</summary>
    public static Func<Exchange, Task> SendsAndEnds(string events) => exchange => SendAsync(exchange, events);

    /// <summary>…resets the connection.</summary>
    public static Func<Exchange, Task> SendsAndResets(string events) => async exchange =>
    {
        await SendAsync(exchange, events);
        exchange.Reset();
    };

    /// <summary>Opens an event stream, and leaves it silent.</summary>
    public static async Task StayOpenAsync(Exchange exchange)
    {
        await exchange.OpenAsync();
        await exchange.StayAsync();
    }

    private static async Task SendAsync(Exchange exchange, string events)
    {
        await exchange.OpenAsync();
        if (events.Length > 0)
            await exchange.WriteAsync(events);
    }
}
