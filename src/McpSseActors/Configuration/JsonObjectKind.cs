using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpSseActors.Configuration;

/// <summary>A JSON object, written as a table or as text.</summary>
internal sealed class JsonObjectKind : ValueKind<string>
{
    private const string Wanted = "a table, or a JSON object in a string";

    public override string Label => "table";

    public override string Rule => Wanted;

    public override string Format(string value) => Kinds.Quote(value);

    public override IEnumerable<Complaint> Check(string value) => IsObject(value) ? [] : [NoObject()];

    public override bool TryRead(RawValue raw, ICollection<ConfigurationFault> faults, [MaybeNullWhen(false)] out string value)
    {
        value = raw switch
        {
            RawText text => text.Text,
            RawScalar { Value: string text } => text,
            RawTable table => ToJson(table)?.ToJsonString(),
            _ => null,
        };
        if (value is not null && IsObject(value))
            return true;
        faults.Add(raw.Place.Fault(raw is RawText or RawScalar { Value: string } or RawTable ? NoObject() : Kinds.WrongType(raw, Wanted)));
        return false;
    }

    private static Complaint NoObject() => new("not a JSON object", "write a table, as { severity = \"P1\" }, or JSON, as '{\"severity\":\"P1\"}'");

    private static bool IsObject(string json)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json);
            return parsed.RootElement.ValueKind is JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Dates of TOML are text in JSON; JSON has no infinite numbers.
    private static JsonNode? ToJson(RawValue raw) => raw switch
    {
        RawText text => JsonValue.Create(text.Text),
        RawScalar { Value: string text } => JsonValue.Create(text),
        RawScalar { Value: bool flag } => JsonValue.Create(flag),
        RawScalar { Value: long number } => JsonValue.Create(number),
        RawScalar { Value: double number } => JsonValue.Create(double.IsFinite(number) ? number : 0),
        RawScalar other => JsonValue.Create(Convert.ToString(other.Value, CultureInfo.InvariantCulture)),
        RawList list => new JsonArray([.. list.Items.Select(ToJson)]),
        RawTable table => new JsonObject(table.Entries.Select(entry => KeyValuePair.Create(entry.Name, ToJson(entry.Value)))),
        _ => null,
    };
}
