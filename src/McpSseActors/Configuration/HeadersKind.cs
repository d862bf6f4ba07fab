using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace McpSseActors.Configuration;

/// <summary>Extra request headers. Their values may be secret and stand in no fault.</summary>
internal sealed class HeadersKind : ValueKind<ImmutableDictionary<string, string>>
{
    private static readonly FrozenDictionary<string, string> Reserved = new Dictionary<string, string>
    {
        ["Accept"] = "leave it out: the transport sets it",
        ["Allow"] = "leave it out: it belongs to answers",
        ["Connection"] = "leave it out: the connection sets it",
        ["Content-Type"] = "use http_content_type",
        ["Expect"] = "leave it out: the connection sets it",
        ["Expires"] = "leave it out: it belongs to answers",
        ["Host"] = "leave it out: it follows from server_url",
        ["Keep-Alive"] = "leave it out: the connection sets it",
        ["Last-Event-ID"] = "use initial_last_event_id",
        ["Last-Modified"] = "leave it out: it belongs to answers",
        ["Proxy-Authorization"] = "write user and password into proxy_url",
        ["Proxy-Connection"] = "leave it out: the connection sets it",
        ["TE"] = "leave it out: the connection sets it",
        ["Trailer"] = "leave it out: the connection sets it",
        ["Transfer-Encoding"] = "leave it out: the connection sets it",
        ["Upgrade"] = "leave it out: the connection sets it",
        ["User-Agent"] = "use user_agent",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly ValueKind<string> Value = Kinds.Text("", text => Rules.HeaderText(text, "header"));

    public override string Label => "table";

    public override string Rule => "header names and ASCII strings; not those that the client sets itself";

    public override string Format(ImmutableDictionary<string, string> value) => Table(value, text => text);

    public override string Show(ImmutableDictionary<string, string> value) => Table(value, _ => "…");

    public override ImmutableDictionary<string, string> WithoutSecrets(ImmutableDictionary<string, string> value) => ImmutableDictionary<string, string>.Empty;

    public override IEnumerable<string> SecretParts(ImmutableDictionary<string, string> value) => value.Keys.Order(StringComparer.OrdinalIgnoreCase).Select(name => $".{name}");

    private static string Table(ImmutableDictionary<string, string> value, Func<string, string> shown) => value.IsEmpty
        ? "{}"
        : $"{{ {string.Join(", ", value.Select(header => $"{Kinds.Quote(header.Key)} = {Kinds.Quote(shown(header.Value))}"))} }}";

    public override bool AreEqual(ImmutableDictionary<string, string> one, ImmutableDictionary<string, string> other) =>
        one.Count == other.Count && one.All(header => other.TryGetValue(header.Key, out var text) && text == header.Value);

    public override IEnumerable<Complaint> Check(ImmutableDictionary<string, string> value)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, text) in value)
        {
            var complaint = CheckName(name) ?? (seen.Add(name) ? null : Twice(name)) ?? Value.Check(text).FirstOrDefault();
            if (complaint is not null)
                yield return complaint with { Problem = $"{name}: {complaint.Problem}" };
        }
    }

    public override bool TryRead(
        RawValue raw, ICollection<ConfigurationFault> faults, [MaybeNullWhen(false)] out ImmutableDictionary<string, string> value)
    {
        value = ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);
        if (raw is not RawTable table)
        {
            faults.Add(raw.Place.Fault(Kinds.WrongType(raw, "a table of headers")));
            return false;
        }

        var before = faults.Count;
        foreach (var header in table.Entries)
        {
            if ((CheckName(header.Name) ?? (value.ContainsKey(header.Name) ? Twice(header.Name) : null)) is { } complaint)
                faults.Add(header.Place.Fault(complaint));
            else if (Value.TryRead(header.Value, faults, out var text))
                value = value.Add(header.Name, text);
        }

        return faults.Count == before;
    }

    private static Complaint? CheckName(string name)
    {
        if (!Rules.IsToken(name))
            return new Complaint("not the name of a header", "use letters, digits and hyphens");
        if (Reserved.TryGetValue(name, out var remedy))
            return new Complaint("the client sets this header itself", remedy);
        return name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
            ? new Complaint("the client sets this header itself", "leave it out: it follows from http_body")
            : null;
    }

    private static Complaint Twice(string name) => new($"the header {name} is set twice, with different capitalization", "keep one of them");
}
