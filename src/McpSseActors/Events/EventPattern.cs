using McpSseActors.Events;

namespace McpSseActors;

/// <summary>
/// Selects event types. Segments are separated by <c>.</c> or <c>/</c>; <c>*</c> matches any part of one segment, <c>**</c> any part of the whole
/// type: <c>chat.*</c>, <c>notifications/**</c>. A lone <c>*</c> matches every type. Case matters.
/// </summary>
public sealed record EventPattern
{
    /// <summary>The pattern of every type.</summary>
    public const string All = "*";

    /// <summary>The longest pattern, in characters.</summary>
    public const int MaxLength = 256;

    private readonly PatternMatcher? _wildcards;

    private EventPattern(string text)
    {
        Text = text;
        _wildcards = IsGlobal || !text.Contains('*', StringComparison.Ordinal) ? null : new PatternMatcher(text);
    }

    /// <summary>Gets the pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>Gets whether the pattern matches every type.</summary>
    public bool IsGlobal => Text is "*" or "**";

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">A type or a pattern, of at most 256 characters.</param>
    /// <returns>The pattern.</returns>
    /// <exception cref="FormatException">The text is empty, contains a line break, or is longer than 256 characters.</exception>
    public static EventPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return FaultOf(text) is { } fault ? throw new FormatException(fault) : new EventPattern(text);
    }

    /// <summary>Checks whether the pattern matches a type. The time grows linearly with the length of the type.</summary>
    /// <param name="eventType">The type.</param>
    /// <returns>True if the pattern matches the type.</returns>
    public bool Matches(string eventType) =>
        _wildcards?.Matches(eventType) ?? (IsGlobal || string.Equals(Text, eventType, StringComparison.Ordinal));

    /// <summary>Gets the pattern as it was written.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Text;

    /// <summary>Compares the texts of two patterns.</summary>
    /// <param name="other">The other pattern.</param>
    /// <returns>True if they are equal.</returns>
    public bool Equals(EventPattern? other) => string.Equals(Text, other?.Text, StringComparison.Ordinal);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    private static string? FaultOf(string text)
    {
        const string Remedy = "write a type (chat.message) or a pattern (chat.*)";
        if (text.Length > MaxLength)
            return $"an event pattern has at most {MaxLength} characters, and this one has {text.Length}; {Remedy}";
        return text.Length == 0 || text.AsSpan().ContainsAny('\r', '\n') ? $"'{text.ReplaceLineEndings("\\n")}' is not an event pattern; {Remedy}" : null;
    }
}
