namespace McpSseActors.Tests.DeadLetters;

/// <summary>Dead letters for tests.</summary>
internal static class Letters
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static StoredDeadLetter Of(string id, string stream = "s", string handler = "h", string type = "chat.message", string data = "{}", int age = 0) => new()
    {
        Id = id,
        Event = new McpEvent(stream, type, Encoding.UTF8.GetBytes(data), Now, $"event-{id}"),
        Handler = handler,
        Fault = "InvalidOperationException: no",
        Attempts = 3,
        FirstFailedAt = Now.AddSeconds(-age - 1),
        GivenUpAt = Now.AddSeconds(-age),
    };

    public static async Task<string[]> IdsAsync(this IDeadLetterStore store, DeadLetterFilter? filter = null, string after = "", int count = 100) =>
        [.. (await store.FindAsync(filter ?? DeadLetterFilter.All, after, count, default)).Select(letter => letter.Id)];
}
