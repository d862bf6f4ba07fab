using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace McpSseActors.Cli.Web;

/// <summary>How the tool reads the HTTP API of a host (docs/http-api.md): what it does not know, it ignores.</summary>
internal static class ApiAnswers
{
    /// <summary>Where the API is, below the URL of a host.</summary>
    public const string Path = "api/v1/";

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        RespectNullableAnnotations = true,
    };

    /// <summary>The URL to which paths of the API are relative.</summary>
    public static Uri Base(Uri host) => new($"{host.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{Path}");

    /// <summary>The key for a host: the one given, or else the token in its URL, as <c>web</c> and <c>run --web</c> print it; empty for none.</summary>
    public static string KeyFor(Uri host, string given) => given.Length > 0 ? given : $"{QueryHelpers.ParseQuery(host.Query).GetValueOrDefault(TokenDoor.Parameter)}";
}

/// <summary>An event as the API shows it.</summary>
/// <param name="Stream">The stream that it came by.</param>
/// <param name="Sequence">Its number within the stream.</param>
/// <param name="Type">Its type.</param>
/// <param name="Id">Its ID, if it has one.</param>
/// <param name="Timestamp">When it was received, UTC.</param>
/// <param name="Data">Its data; null if the key may not see it.</param>
internal sealed record RecentEvent(
    [property: JsonRequired] string Stream, long Sequence, [property: JsonRequired] string Type, string? Id, DateTimeOffset Timestamp, string? Data)
{
    /// <summary>Returns the event.</summary>
    public McpEvent ToEvent() => new(Stream, Type, Encoding.UTF8.GetBytes(Data ?? ""), Timestamp, Id);
}

/// <summary>A dead letter as the API shows it.</summary>
internal sealed record Letter(
    [property: JsonRequired] string Id, [property: JsonRequired] string Stream, [property: JsonRequired] string Type, string? EventId, string Handler,
    string Fault, int Attempts, DateTimeOffset FirstFailedAt, DateTimeOffset GivenUpAt, bool IsRetryRequested, DateTimeOffset Timestamp, string? Data)
{
    /// <summary>Returns the letter.</summary>
    public StoredDeadLetter ToLetter() => new()
    {
        Id = Id,
        Event = new McpEvent(Stream, Type, Encoding.UTF8.GetBytes(Data ?? ""), Timestamp, EventId),
        Handler = Handler,
        Fault = Fault,
        Attempts = Attempts,
        FirstFailedAt = FirstFailedAt,
        GivenUpAt = GivenUpAt,
        IsRetryRequested = IsRetryRequested,
    };
}

/// <summary>A list of dead letters.</summary>
internal sealed record LetterPage([property: JsonRequired] Letter[] Letters, string? Next, long Count);
