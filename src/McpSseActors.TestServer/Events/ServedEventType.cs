using System.Collections.Immutable;
using System.Text.Json;

namespace McpSseActors.TestServer.Events;

/// <summary>A type of MCP event that a server offers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it tells.</param>
public sealed record ServedEventType(string Name, string Description = "")
{
    /// <summary>The modes in which it can be had.</summary>
    public ImmutableArray<string> Delivery { get; init; } = ["push", "poll"];

    /// <summary>The JSON schema of the arguments. An event is wanted if its data have the value of each argument.</summary>
    public string InputSchema { get; init; } = """{"type":"object","properties":{},"additionalProperties":false}""";

    /// <summary>The JSON schema of the data.</summary>
    public string PayloadSchema { get; init; } = """{"type":"object"}""";

    /// <summary>Whether the events have cursors, from which they can be had again.</summary>
    public bool HasReplay { get; init; } = true;

    /// <summary>The entry in the list of types.</summary>
    internal string ToJson() =>
        $$"""
        {"name":{{Json.Of(Name)}},"description":{{Json.Of(Description)}},"delivery":{{JsonSerializer.Serialize(Delivery.AsEnumerable())}},"inputSchema":{{InputSchema}},"payloadSchema":{{PayloadSchema}}}
        """;

    /// <summary>What is wrong with arguments; null if nothing is.</summary>
    internal string? FaultOf(JsonElement arguments)
    {
        if (arguments.ValueKind is not JsonValueKind.Object)
            return "arguments must be an object";
        var schema = JsonElement.Parse(InputSchema);
        var properties = schema.GetProperty("properties");
        foreach (var argument in arguments.EnumerateObject())
        {
            if (!properties.TryGetProperty(argument.Name, out var rule))
                return $"unknown argument {argument.Name}";
            if (rule.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(value => JsonElement.DeepEquals(value, argument.Value)))
                return $"{argument.Name} must be one of {values}";
        }

        return schema.TryGetProperty("required", out var required)
            ? required.EnumerateArray().Select(name => name.GetString()!).Where(name => !arguments.TryGetProperty(name, out _)).Select(name => $"{name} is missing").FirstOrDefault()
            : null;
    }

    /// <summary>Whether an event is one that these arguments ask for.</summary>
    internal static bool IsWanted(JsonElement arguments, string data)
    {
        if (!arguments.EnumerateObject().Any())
            return true;
        var told = JsonElement.Parse(data);
        return arguments.EnumerateObject().All(argument => told.TryGetProperty(argument.Name, out var value) && JsonElement.DeepEquals(value, argument.Value));
    }
}
