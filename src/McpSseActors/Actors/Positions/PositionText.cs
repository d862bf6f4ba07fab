using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpSseActors.Sse;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using McpSession = McpSseActors.Mcp.McpSession;

namespace McpSseActors.Actors.Positions;

/// <summary>What is stored of a position, as the text that a store keeps. A reader ignores what it doesn't know, and takes what is missing for unknown.</summary>
/// <param name="Position">The position.</param>
internal sealed record PositionText(StreamPosition Position)
{
    /// <summary>What it belongs to; unknown, it belongs to nothing.</summary>
    public StreamIdentity Of => Position.Of as StreamIdentity ?? new StreamIdentity("");

    /// <summary>The events after it that may have been delivered.</summary>
    public long Ahead { get; init; }

    /// <summary>The token of the owner that saved it; null if that is not known.</summary>
    public long? Token { get; init; }

    /// <summary>Whether more may have been delivered than is known: the process that stored it went on.</summary>
    public bool IsOpen { get; init; }

    /// <summary>What handlers are about to get that may kill the process; null for nothing.</summary>
    public Trial? Trial { get; init; }

    /// <summary>Writes the text.</summary>
    public string Write()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var text = new Utf8JsonWriter(bytes))
        {
            text.WriteStartObject();
            text.WriteString("of", Of.Source);
            text.WriteString("transport", Of.Transport);
            text.WriteString("id", Position.LastEventId);
            if (Of.Principal.Length > 0)
                text.WriteString("principal", Of.Principal);
            if (Position.ReconnectionTime is { } retry)
                text.WriteNumber("retry", retry.TotalMilliseconds);
            if (Token is { } token)
                text.WriteNumber("token", token);
            if (Ahead > 0)
                text.WriteNumber("ahead", Ahead);
            if (IsOpen)
                text.WriteBoolean("open", true);
            if (Trial is not null)
                Write(text, Trial);
            if (Position.Session is McpSession session)
                Write(text, session);
            text.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>Reads the text; null if it is not one.</summary>
    public static PositionText? Read(string text)
    {
        try
        {
            var parsed = JsonNode.Parse(text)!;
            var retry = parsed["retry"] is { } ms ? TimeSpan.FromMilliseconds(ms.GetValue<double>()) : (TimeSpan?)null;
            return new PositionText(
                new StreamPosition(parsed["id"]!.GetValue<string>(), retry, Session(parsed["session"]))
                {
                    Of = new StreamIdentity(parsed["of"]!.GetValue<string>(), parsed["transport"]?.GetValue<string>() ?? "", parsed["principal"]?.GetValue<string>() ?? ""),
                })
            {
                Token = parsed["token"]?.GetValue<long>(),
                Ahead = parsed["ahead"]?.GetValue<long>() ?? 0,
                IsOpen = parsed["open"]?.GetValue<bool>() ?? false,
                Trial = parsed["trial"] is { } trial ? new Trial(trial["attempts"]!.GetValue<int>(), trial["events"]!.GetValue<int>(), trial["event"]?.GetValue<string>() ?? "") : null,
            };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>
    /// Adds what the library knows to a position that a handler has saved. The handler's position stays; the library's takes its place if no handler
    /// has saved one since the library added a trial: what was tried since is handled, or was given up.
    /// </summary>
    /// <param name="saved">The text that is stored; null for none.</param>
    /// <param name="added">The text of the library.</param>
    /// <returns>The text; null for none: before a handler has saved a position, only what is tried is stored.</returns>
    public static string? Add(string? saved, string added) => Read(added) is not { } ours ? added
        : saved is null ? (ours.Trial is null ? null : added)
        : Read(saved) is { Trial: null } theirs ? (theirs with { Token = ours.Token, Ahead = ours.Ahead, Trial = ours.Trial }).Write()
        : added;

    private static void Write(Utf8JsonWriter text, Trial trial)
    {
        text.WriteStartObject("trial");
        text.WriteNumber("attempts", trial.Attempts);
        text.WriteNumber("events", trial.Events);
        text.WriteString("event", trial.Event);
        text.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter text, McpSession session)
    {
        text.WriteStartObject("session");
        text.WriteString("url", session.Url.ToString());
        text.WriteString("id", session.Id);
        text.WriteString("version", session.Version);
        text.WritePropertyName("capabilities");
        JsonSerializer.Serialize(text, session.Capabilities, McpJsonUtilities.DefaultOptions);
        text.WriteEndObject();
    }

    private static McpSession? Session(JsonNode? session) => session is null
        ? null
        : new McpSession(
            new Uri(session["url"]!.GetValue<string>()),
            session["id"]?.GetValue<string>(),
            session["version"]!.GetValue<string>(),
            session["capabilities"].Deserialize<ServerCapabilities>(McpJsonUtilities.DefaultOptions) ?? new ServerCapabilities());
}
