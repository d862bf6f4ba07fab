using System.Text.RegularExpressions;

namespace McpSseActors;

/// <summary>
/// Selects event types. Segments are separated by <c>.</c> or <c>/</c>; <c>*</c> matches any part of one segment, <c>**</c> for
/// any part of the whole type: <c>chat.*</c>, <c>notifications/**</c>. A lone <c>*</c> is every type. Case matters.
/// </summary>
public sealed record EventPattern
{
    /// <summary>The pattern of every type.</summary>
    public const string All = "*";

    private readonly Regex? _wildcards;

    private EventPattern(string text)
    {
        Text = text;
        _wildcards = Compile(text);
    }

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether every type is meant.</summary>
    public bool IsGlobal => Text is "*" or "**";

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">A type or a pattern.</param>
    /// <exception cref="FormatException">It is empty, or has a line break.</exception>
    public static EventPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 && !text.AsSpan().ContainsAny('\r', '\n')
            ? new EventPattern(text)
            : throw new FormatException($"'{text}' is not an event pattern; write a type (chat.message) or a pattern (chat.*)");
    }

    /// <summary>Whether a type is meant.</summary>
    /// <param name="eventType">The type.</param>
    public bool Matches(string eventType) =>
        _wildcards?.IsMatch(eventType) ?? (IsGlobal || string.Equals(Text, eventType, StringComparison.Ordinal));

    /// <summary>The pattern as it was written.</summary>
    public override string ToString() => Text;

    /// <summary>Patterns are equal when their texts are.</summary>
    /// <param name="other">The other pattern.</param>
    public bool Equals(EventPattern? other) => string.Equals(Text, other?.Text, StringComparison.Ordinal);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    // Both stars are turned into a regular expression that never backtracks: matching is linear in the type's length.
    private static Regex? Compile(string text) =>
        !text.Contains('*', StringComparison.Ordinal) || text is "*" or "**"
            ? null
            : new Regex(
                "^" + Regex.Escape(text).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^./]*", StringComparison.Ordinal) + "$",
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
}
