using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpSseActors.Dashboard.Live;

/// <summary>Writes problems as a list of words.</summary>
internal sealed class ProblemsConverter : JsonConverter<Problems>
{
    public override Problems Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, Problems value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        if (value.Failing)
            writer.WriteStringValue("failing");
        if (value.Dropping)
            writer.WriteStringValue("dropping");
        if (value.Lagging)
            writer.WriteStringValue("lagging");
        writer.WriteEndArray();
    }
}
