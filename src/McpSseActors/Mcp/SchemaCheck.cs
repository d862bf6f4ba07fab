using System.Globalization;
using System.Text.Json;

namespace McpSseActors.Mcp;

/// <summary>
/// Checks JSON against a JSON schema of a server: types, enumerations, required and unknown members, lengths and bounds. Keywords that it doesn't
/// know are ignored, so it never finds a fault that isn't one. Patterns are among them, because a server could choose one that takes for ever, and
/// references to other documents. Work and depth are bounded.
/// </summary>
internal ref struct SchemaCheck
{
    private const int Deepest = 64;
    private const int MostSteps = 100_000;
    private const int MostShown = 10;

    private readonly JsonElement _root;
    private int _steps;

    private SchemaCheck(JsonElement root) => _root = root;

    /// <summary>Finds the first fault: where it is, and what would be right, without the value itself.</summary>
    /// <returns>The fault; null if there is none.</returns>
    public static string? Find(JsonElement schema, JsonElement value) => new SchemaCheck(schema).Find(schema, value, "", 0);

    private string? Find(JsonElement schema, JsonElement value, string path, int depth)
    {
        if (depth > Deepest || ++_steps > MostSteps)
            return null;
        if (schema.ValueKind is JsonValueKind.False)
            return $"{Place(path)} is not allowed";
        if (schema.ValueKind is not JsonValueKind.Object)
            return null;
        if (Text(schema, "$ref") is { } reference && Resolve(reference) is { } target && Find(target, value, path, depth + 1) is { } inner)
            return inner;
        return OfType(schema, value, path)
            ?? OfValues(schema, value, path)
            ?? OfSize(schema, value, path)
            ?? OfMembers(schema, value, path, depth)
            ?? OfItems(schema, value, path, depth)
            ?? OfCombinations(schema, value, path, depth);
    }

    private static string? OfType(JsonElement schema, JsonElement value, string path)
    {
        if (!schema.TryGetProperty("type", out var type))
            return null;
        string[] names = type.ValueKind switch
        {
            JsonValueKind.String => [type.GetString()!],
            JsonValueKind.Array => [.. type.EnumerateArray().Where(each => each.ValueKind is JsonValueKind.String).Select(each => each.GetString()!)],
            _ => [],
        };
        return names.Length == 0 || names.Any(name => IsOf(name, value)) ? null : $"{Place(path)} must be {string.Join(" or ", names.Select(Article))}, and is {Article(NameOf(value))}";
    }

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "integer" => value.ValueKind is JsonValueKind.Number && (value.TryGetInt64(out _) || (value.TryGetDouble(out var number) && Math.Truncate(number) == number)),
        _ => type == NameOf(value),
    };

    private static string NameOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };

    private static string Article(string type) => type is "null" ? type : $"{(type is "object" or "array" or "integer" ? "an" : "a")} {type}";

    private static string? OfValues(JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("const", out var only) && !JsonElement.DeepEquals(only, value))
            return $"{Place(path)} must be {Shown(only)}";
        if (!schema.TryGetProperty("enum", out var values) || values.ValueKind is not JsonValueKind.Array || values.EnumerateArray().Any(each => JsonElement.DeepEquals(each, value)))
            return null;
        var more = values.GetArrayLength() > MostShown ? ", …" : "";
        return $"{Place(path)} must be one of {string.Join(", ", values.EnumerateArray().Take(MostShown).Select(Shown))}{more}";
    }

    private static string Shown(JsonElement value) => Configuration.Redact.Line(value.GetRawText());

    private static string? OfSize(JsonElement schema, JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.String => OfBounds(schema, value.GetString()!.EnumerateRunes().Count(), "minLength", "maxLength", path, "characters"),
        JsonValueKind.Array => OfBounds(schema, value.GetArrayLength(), "minItems", "maxItems", path, "items"),
        JsonValueKind.Number when value.TryGetDouble(out var number) => OfBounds(schema, number, "minimum", "maximum", path, "")
            ?? (Number(schema, "exclusiveMinimum") is { } above && number <= above ? $"{Place(path)} must be more than {Format(above)}" : null)
            ?? (Number(schema, "exclusiveMaximum") is { } below && number >= below ? $"{Place(path)} must be less than {Format(below)}" : null),
        _ => null,
    };

    private static string? OfBounds(JsonElement schema, double size, string least, string most, string path, string unit)
    {
        var verb = unit.Length == 0 ? "be" : "have";
        if (Number(schema, least) is { } min && size < min)
            return $"{Place(path)} must {verb} at least {Format(min)} {unit}".TrimEnd();
        return Number(schema, most) is { } max && size > max ? $"{Place(path)} must {verb} at most {Format(max)} {unit}".TrimEnd() : null;
    }

    private string? OfMembers(JsonElement schema, JsonElement value, string path, int depth)
    {
        if (value.ValueKind is not JsonValueKind.Object)
            return null;
        if (schema.TryGetProperty("required", out var required) && required.ValueKind is JsonValueKind.Array)
        {
            foreach (var name in required.EnumerateArray().Where(each => each.ValueKind is JsonValueKind.String))
            {
                if (!value.TryGetProperty(name.GetString()!, out _))
                    return $"{Place($"{path}/{name.GetString()}")} is missing";
            }
        }

        var hasKnown = schema.TryGetProperty("properties", out var known) && known.ValueKind is JsonValueKind.Object;
        var hasOthers = schema.TryGetProperty("additionalProperties", out var others) && !schema.TryGetProperty("patternProperties", out _);
        foreach (var member in value.EnumerateObject())
        {
            var below = $"{path}/{member.Name}";
            if (hasKnown && known.TryGetProperty(member.Name, out var of))
            {
                if (Find(of, member.Value, below, depth + 1) is { } fault)
                    return fault;
            }
            else if (hasOthers && others.ValueKind is JsonValueKind.False)
            {
                var names = hasKnown ? known.EnumerateObject().Select(each => each.Name).ToList() : [];
                return $"{Place(below)} is unknown; {(Configuration.Nearest.To(member.Name, names) is { } meant ? $"did you mean {Configuration.Redact.Line(meant)}?" : $"there is {Configuration.Redact.Line(names.Count == 0 ? "none" : string.Join(", ", names.Take(MostShown)))}")}";
            }
            else if (hasOthers && Find(others, member.Value, below, depth + 1) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private string? OfItems(JsonElement schema, JsonElement value, string path, int depth)
    {
        if (value.ValueKind is not JsonValueKind.Array || !schema.TryGetProperty("items", out var items) || schema.TryGetProperty("prefixItems", out _))
            return null;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (Find(items, item, string.Create(CultureInfo.InvariantCulture, $"{path}/{index++}"), depth + 1) is { } fault)
                return fault;
        }

        return null;
    }

    private string? OfCombinations(JsonElement schema, JsonElement value, string path, int depth)
    {
        foreach (var all in Schemas(schema, "allOf"))
        {
            if (Find(all, value, path, depth + 1) is { } fault)
                return fault;
        }

        return OfAny(Schemas(schema, "anyOf"), value, path, depth) ?? OfAny(Schemas(schema, "oneOf"), value, path, depth);
    }

    private string? OfAny(List<JsonElement> schemas, JsonElement value, string path, int depth)
    {
        string? first = null;
        foreach (var any in schemas)
        {
            if (Find(any, value, path, depth + 1) is not { } fault)
                return null;
            first ??= fault;
        }

        return first;
    }

    private static List<JsonElement> Schemas(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    // Within the schema only.
    private readonly JsonElement? Resolve(string reference)
    {
        if (!reference.StartsWith('#'))
            return null;
        var found = _root;
        foreach (var part in reference[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (found.ValueKind is not JsonValueKind.Object || !found.TryGetProperty(name, out found))
                return null;
        }

        return found;
    }

    private static string Place(string path) => path.Length == 0 ? "it" : Configuration.Redact.Line(path);

    private static string? Text(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String ? text.GetString() : null;

    private static double? Number(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var number) && number.ValueKind is JsonValueKind.Number && number.TryGetDouble(out var value) ? value : null;

    private static string Format(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
