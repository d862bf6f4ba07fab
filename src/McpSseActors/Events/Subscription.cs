namespace McpSseActors.Events;

/// <summary>The types that <c>subscribed_events</c> lets through.</summary>
/// <param name="patterns">Types and patterns; none is all.</param>
internal sealed class Subscription(IEnumerable<string> patterns)
{
    private readonly EventPattern[] _patterns = [.. patterns.Select(EventPattern.Parse)];

    public bool Includes(string type) => _patterns.Length == 0 || Array.Exists(_patterns, p => p.Matches(type));
}
