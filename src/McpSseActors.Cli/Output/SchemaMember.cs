using System.Text.Json;

namespace McpSseActors.Cli.Output;

/// <summary>What a JSON schema of a server says, as far as people want to know it. Schemas are a stranger's words: what makes no sense is left out.</summary>
internal sealed record SchemaMember(string Name, string Type, bool IsRequired, string Description, JsonElement? Example)
{
    private const int MostValues = 8;

    /// <summary>The members of an object.</summary>
    public static IReadOnlyList<SchemaMember> Of(JsonElement? schema)
    {
        if (Member(schema, "properties") is not { ValueKind: JsonValueKind.Object } properties)
            return [];
        var required = Member(schema, "required") is { ValueKind: JsonValueKind.Array } names
            ? names.EnumerateArray().Where(name => name.ValueKind is JsonValueKind.String).Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        return [.. properties.EnumerateObject().Select(property => new SchemaMember(
            property.Name, TypeOf(property.Value), required.Contains(property.Name), Text(property.Value, "description"), ExampleOf(property.Value)))];
    }

    /// <summary>The line that explains it: type, whether it is required, description.</summary>
    public string Meaning => Lines.OneLine(string.Join(". ", new[] { IsRequired ? $"{Type}, required" : Type, Description }.Where(part => part.Length > 0)));

    private static string TypeOf(JsonElement schema)
    {
        var type = Member(schema, "type") switch
        {
            { ValueKind: JsonValueKind.String } one => one.GetString()!,
            { ValueKind: JsonValueKind.Array } several => string.Join(" or ", several.EnumerateArray()),
            _ => "",
        };
        if (Member(schema, "const") is { } only)
            return $"always {only.GetRawText()}";
        if (Member(schema, "enum") is not { ValueKind: JsonValueKind.Array } values)
            return type.Length > 0 ? type : "any value";
        var shown = string.Join(", ", values.EnumerateArray().Take(MostValues).Select(value => value.ToString()));
        return $"{(type.Length > 0 ? type + ": " : "")}{shown}{(values.GetArrayLength() > MostValues ? ", …" : "")}";
    }

    private static JsonElement? ExampleOf(JsonElement schema) =>
        Member(schema, "const") ?? Member(schema, "default") ?? First(schema, "examples") ?? First(schema, "enum") ?? (Member(schema, "type")?.ToString() switch
        {
            "integer" or "number" => JsonElement.Parse("1"),
            "boolean" => JsonElement.Parse("true"),
            "array" => JsonElement.Parse("[]"),
            "object" => JsonElement.Parse("{}"),
            "string" => JsonElement.Parse("\"TEXT\""),
            _ => null,
        });

    private static JsonElement? First(JsonElement schema, string name) =>
        Member(schema, name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : null;

    private static JsonElement? Member(JsonElement? schema, string name) =>
        schema is { ValueKind: JsonValueKind.Object } all && all.TryGetProperty(name, out var member) ? member : null;

    private static string Text(JsonElement schema, string name) => Member(schema, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()!.Trim().TrimEnd('.') : "";
}
