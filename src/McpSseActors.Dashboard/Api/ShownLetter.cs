using System.Text.Json.Serialization;

namespace McpSseActors.Dashboard.Api;

/// <summary>A dead letter as it is shown.</summary>
internal sealed record ShownLetter(
    string Id, string Stream, string Type, string? EventId, string Handler, string Fault, int Attempts, DateTimeOffset FirstFailedAt, DateTimeOffset GivenUpAt,
    bool IsRetryRequested, DateTimeOffset Timestamp, int Length, string? Data = null, bool? Truncated = null)
{
    /// <summary>So much of the data of one letter is shown, in bytes, unless another length is asked for.</summary>
    public const int Usual = 64 * 1024;

    /// <summary>The longest that can be asked for.</summary>
    public const int Most = 1024 * 1024;

    [JsonIgnore]
    public bool MaySeeData { get; private init; }

    public static ShownLetter Of(StoredDeadLetter letter, bool maySeeData)
    {
        var received = ShownEvent.Of(0, letter.Event, length: null);
        return new ShownLetter(
            letter.Id, received.Stream, received.Type, received.Id, letter.Handler, maySeeData ? letter.Fault : TypeOf(letter.Fault),
            letter.Attempts, letter.FirstFailedAt, letter.GivenUpAt, letter.IsRetryRequested, received.Timestamp, received.Length)
        {
            MaySeeData = maySeeData,
        };
    }

    /// <summary>Adds the data, for a user who may see it.</summary>
    public ShownLetter WithDataOf(StoredDeadLetter letter, int most) => !MaySeeData ? this : this with
    {
        Data = ShownEvent.Beginning(letter.Event.Utf8Data.Span, most),
        Truncated = letter.Event.Utf8Data.Length > most ? true : null,
    };

    // The message of an exception may quote the data.
    private static string TypeOf(string fault) => fault.IndexOf(':', StringComparison.Ordinal) is > 0 and var end ? fault[..end] : "";
}

/// <summary>Which letters somebody wants.</summary>
internal sealed record LetterSearch(
    string? Stream = null, string? Handler = null, string? Type = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null, string? Text = null)
{
    /// <summary>The ID, or the beginning of it; in a query only.</summary>
    [JsonIgnore]
    public string? Id { get; init; }

    /// <summary>What the store can select by.</summary>
    [JsonIgnore]
    public DeadLetterFilter Filter => new() { Id = Id, Stream = Stream, Handler = Handler, EventType = Type, Since = Since, Until = Until };

    /// <summary>Whether a letter contains the text, in its event or its fault.</summary>
    public bool Matches(StoredDeadLetter letter) =>
        Text is null || letter.Fault.Contains(Text, StringComparison.OrdinalIgnoreCase) || ShownEvent.Contains(letter.Event, Text);
}
