using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Cluster.Wire;
using McpSseActors.Definitions;

namespace McpSseActors.Cluster.Entities;

/// <summary>Compares what the nodes configure, and reports each difference once.</summary>
/// <param name="node">This node.</param>
/// <param name="shards">How many shards it divides streams into.</param>
/// <param name="log">The log.</param>
internal sealed class DefinitionComparison(string node, int shards, ILoggingAdapter log)
{
    // In bytes. The shortest frame that Akka.Remote allows has 32,000.
    private const int LongestPage = 24 * 1024;
    private const int MostNamed = 20;

    private readonly HashSet<(string Stream, string Node, string Fingerprint)> _reported = [];
    private readonly Dictionary<string, Dictionary<string, string>> _received = new(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, string> _ours = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Gets what differs if any definition does.</summary>
    public DefinitionsDigest Digest => new(node, Fingerprints.Of(string.Join('\n', _ours.Select(each => $"{each.Key} {each.Value}"))), shards);

    public bool IsDefined(string stream) => _ours.ContainsKey(stream);

    /// <summary>This node has a configuration.</summary>
    /// <returns>Whether it is another one than before.</returns>
    public bool Define(ImmutableSortedDictionary<string, string> ours)
    {
        var isNew = !ReferenceEquals(ours, _ours);
        _ours = ours;
        return isNew;
    }

    /// <summary>A stream runs on a node.</summary>
    public void Compare(StreamKept kept)
    {
        if (_ours.TryGetValue(kept.Stream, out var ours) && ours != kept.Fingerprint && _reported.Add((kept.Stream, kept.Node, kept.Fingerprint)))
            log.Warning("Stream {Stream} runs on {Node}, which configures it or its handlers in another way than {Here}: give every node the same configuration",
                kept.Stream, kept.Node, node);
    }

    /// <summary>A stream belongs to a node that does not configure it. One that this node does not configure either was removed.</summary>
    public void Report(StreamUnknown unknown)
    {
        if (IsDefined(unknown.Stream) && _reported.Add((unknown.Stream, unknown.Node, "")))
            log.Error("Stream {Stream} does not run: it belongs to {Node}, which does not configure it; give every node the same configuration",
                unknown.Stream, unknown.Node);
    }

    public void Compare(DefinitionsDigest theirs, IActorRef keeper)
    {
        if (theirs.Digest != Digest.Digest)
            keeper.Tell(new SendDefinitions());
        if (theirs.Shards is { } other && other != shards && _reported.Add(("", theirs.Node, $"{other} shards")))
            log.Error("Node {Node} divides streams into {Shards} shards, but {Here} into {Ours}, so a stream may run on both at once: to change Shards, stop the whole cluster first",
                theirs.Node, other, node, shards);
    }

    /// <summary>Sends what this node configures.</summary>
    public void Send(IActorRef keeper)
    {
        var pages = Pages();
        foreach (var (index, page) in pages.Index())
            keeper.Tell(new DefinitionsPage(node, page.ToImmutable(), index == 0, index == pages.Count - 1));
    }

    private List<ImmutableSortedDictionary<string, string>.Builder> Pages()
    {
        List<ImmutableSortedDictionary<string, string>.Builder> pages = [_ours.Clear().ToBuilder()];
        var length = 0;
        foreach (var each in _ours)
        {
            var added = JsonSerializer.SerializeToUtf8Bytes(each).Length;
            if (length + added > LongestPage)
            {
                pages.Add(_ours.Clear().ToBuilder());
                length = 0;
            }

            pages[^1].Add(each);
            length += added;
        }

        return pages;
    }

    public void Compare(DefinitionsPage page)
    {
        if (page.IsFirst || !_received.TryGetValue(page.Node, out var theirs))
            _received[page.Node] = theirs = new(StringComparer.Ordinal);
        // Pages may be lost, so that some of the next answer follow.
        foreach (var (stream, fingerprint) in page.Fingerprints)
            theirs[stream] = fingerprint;
        if (!page.IsLast)
            return;
        _received.Remove(page.Node);
        Report("does not configure {Streams}, which {Here} configures", page.Node, _ours.Keys.Where(stream => !theirs.ContainsKey(stream)));
        Report("configures {Streams}, which {Here} does not", page.Node, theirs.Keys.Where(stream => !_ours.ContainsKey(stream)));
        Report("configures {Streams} or their handlers in another way than {Here}", page.Node,
            _ours.Where(each => theirs.TryGetValue(each.Key, out var other) && other != each.Value).Select(each => each.Key));
    }

    private void Report(string difference, string other, IEnumerable<string> streams)
    {
        var named = streams.Order(StringComparer.Ordinal).ToArray();
        if (named.Length > 0 && _reported.Add((string.Join('\n', named), other, difference)))
            log.Warning($"Node {{Node}} {difference}: give every node the same configuration", other,
                string.Join(", ", named.Take(MostNamed)) + (named.Length > MostNamed ? $" and {named.Length - MostNamed} more" : ""), node);
    }
}
