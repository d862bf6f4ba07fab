using System.Collections.Immutable;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace McpSseActors.Configuration;

/// <summary>A TOML document as a table of raw values, each with its line and column.</summary>
internal sealed class TomlTable
{
    private readonly string _source;
    private readonly RawTable _root;

    private TomlTable(string source)
    {
        _source = source;
        _root = new RawTable(new Place(source, 1, 1, ""), StringComparer.Ordinal);
    }

    /// <summary>
    /// Reads a document. Null when its syntax is broken, since nothing in it can be trusted then; keys and tables that stand twice
    /// are faults too, but leave the rest readable.
    /// </summary>
    public static RawTable? Read(string text, string source, ICollection<ConfigurationFault> faults)
    {
        try
        {
            var syntax = SyntaxParser.Parse(text, source, validate: false);
            var doubles = syntax.HasErrors ? syntax : SyntaxParser.Parse(text, source, validate: true);
            TomlDiagnostics.Report(doubles.Diagnostics, source, faults);
            return syntax.HasErrors ? null : new TomlTable(source).Add(syntax);
        }
        catch (TomlException failure)
        {
            // The parser rejects a whole document only for its depth; its message names options of the parser.
            faults.Add(new ConfigurationFault(source, failure.Line, failure.Column, null, "lists or tables are nested too deeply", "nest them less"));
            return null;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The parser throws on some broken escapes, a cut \u for one, and does not say where.
            faults.Add(TomlDiagnostics.Unreadable(text, source));
            return null;
        }
    }

    /// <summary>Reads a document as far as an exception can occur.</summary>
    internal static void ReadUnguarded(string text)
    {
        var syntax = SyntaxParser.Parse(text, "", validate: false);
        if (!syntax.HasErrors)
            new TomlTable("").Add(SyntaxParser.Parse(text, "", validate: true));
    }

    private RawTable Add(DocumentSyntax document)
    {
        Add(_root, document.KeyValues);
        foreach (var table in document.Tables)
            Add(table);
        return _root;
    }

    private void Add(TableSyntaxBase syntax)
    {
        var path = Parts(syntax.Name!);
        var parent = Descend(_root, path[..^1], syntax);
        if (syntax is TableArraySyntax)
        {
            var place = At(syntax, parent, path[^1]);
            parent?.Add(new RawEntry(path[^1], place, new RawList(place, [])));
        }
        else if (parent?.Below(path[^1], At(syntax, parent, path[^1])) is { } table)
        {
            Add(table, syntax.Items);
        }
    }

    private void Add(RawTable table, IEnumerable<KeyValueSyntax> items)
    {
        foreach (var item in items)
        {
            var path = Parts(item.Key!);
            var parent = Descend(table, path[..^1], item.Key!);
            if (parent is null)
                continue;
            var place = At(item.Key!, parent, path[^1]);
            parent.Add(new RawEntry(path[^1], place, Value(item.Value!, place.Key)));
        }
    }

    private RawTable? Descend(RawTable? table, IEnumerable<string> path, SyntaxNode node)
    {
        foreach (var part in path)
            table = table?.Below(part, At(node, table, part));
        return table;
    }

    private RawValue Value(ValueSyntax syntax, string key)
    {
        var place = At(syntax, key);
        return syntax switch
        {
            StringValueSyntax text => new RawScalar(place, text.Value!),
            BooleanValueSyntax boolean => new RawScalar(place, boolean.Value),
            IntegerValueSyntax integer => new RawScalar(place, integer.Value),
            FloatValueSyntax number => new RawScalar(place, number.Value),
            DateTimeValueSyntax date => new RawScalar(place, date.Value),
            ArraySyntax array => new RawList(place, [.. array.Items.Select((item, index) => Value(item.Value!, $"{key}[{index}]"))]),
            InlineTableSyntax inline => Inline(inline, place),
            _ => throw new NotSupportedException($"A TOML value of kind {syntax.Kind} at {place.Line},{place.Column}."),
        };
    }

    private RawTable Inline(InlineTableSyntax syntax, Place place)
    {
        var table = new RawTable(place, StringComparer.Ordinal);
        Add(table, syntax.Items.Select(item => item.KeyValue!));
        return table;
    }

    private Place At(SyntaxNode node, RawTable? parent, string name) =>
        At(node, parent is null or { Place.Key: "" } ? name : $"{parent.Place.Key}.{name}");

    private Place At(SyntaxNode node, string key) => new(_source, node.Span.Start.Line + 1, node.Span.Start.Column + 1, key);

    private static ImmutableArray<string> Parts(KeySyntax key) => [Part(key.Key!), .. key.DotKeys.Select(dotted => Part(dotted.Key!))];

    private static string Part(BareKeyOrStringValueSyntax part) => part switch
    {
        BareKeySyntax bare => bare.Key!.Text!,
        StringValueSyntax quoted => quoted.Value!,
        _ => part.ToString().Trim(),
    };
}
