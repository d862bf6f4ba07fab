using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using McpSseActors.Configuration;

namespace McpSseActors.Definitions;

/// <summary>What is stored of a stream, as the text that a store keeps. Never a secret: only what names the ones that it had.</summary>
internal sealed record StreamDefinition
{
    /// <summary>The name under which <see cref="StreamOptions.Credentials"/> is missed; it has no key.</summary>
    private const string Credentials = nameof(StreamOptions.Credentials);

    private const int CurrentVersion = 1;

    // Any of these authenticates the stream.
    private static readonly string[] Authentication = ["auth_key", "custom_headers.Authorization", Credentials];

    private static readonly StreamOptions Defaults = new();

    /// <summary>Gets the version of this form; greater if an older version of the library can't read it.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Gets the keys that differ from the defaults, as TOML; null for a stream that is configured elsewhere.</summary>
    public string? Settings { get; init; }

    /// <summary>Gets the keys that had secrets, such as <c>auth_key</c> and <c>custom_headers.X-Key</c>.</summary>
    public string[] Secrets { get; init => field = value ?? []; } = [];

    /// <summary>Gets the subscriptions that were changed at run time; null for none.</summary>
    public McpSubscriptions? Subscriptions { get; init; }

    /// <summary>Gets a hash of the configured subscriptions in whose place <see cref="Subscriptions"/> are.</summary>
    public string? InsteadOf { get; init; }

    public static StreamDefinition Of(StreamOptions options) => new()
    {
        Settings = string.Concat(ConfigurationKeys.All.Select(key => (key.Name, Value: key.FormatStorable(options, Defaults)))
            .Where(each => each.Value is not null).Select(each => $"{each.Name} = {each.Value}\n")),
        Secrets = [.. SecretsOf(options)],
    };

    /// <summary>Reads the text; null if this version can't.</summary>
    public static StreamDefinition? TryRead(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, DefinitionJson.Lines.StreamDefinition) is { Version: CurrentVersion } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string Write() => JsonSerializer.Serialize(this, DefinitionJson.Lines.StreamDefinition);

    /// <summary>Gets the options, without secrets.</summary>
    /// <exception cref="McpSseConfigurationException">They break a rule, or have a key that this version does not know.</exception>
    public StreamOptions Read()
    {
        var faults = new List<ConfigurationFault>();
        var table = TomlTable.Read(Settings ?? "", "stored", faults);
        var layer = table is null ? null : Layer.Read(table, faults);
        if (layer is null || faults.Count > 0)
            throw new McpSseConfigurationException([.. faults]);
        return layer.Assignments.Aggregate(Defaults, (options, assignment) => assignment.Apply!(options));
    }

    /// <summary>Gets the names of the secrets that options lack, which the stream had when it was stored.</summary>
    public IReadOnlyList<string> MissingIn(StreamOptions options)
    {
        var supplied = SecretsOf(options).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (supplied.Overlaps(Authentication))
            supplied.UnionWith(Authentication);
        return [.. Secrets.Where(secret => !supplied.Contains(secret))];
    }

    /// <summary>Replaces the subscriptions.</summary>
    public StreamDefinition With(McpSubscriptions subscriptions, McpSubscriptions configured) => this with { Subscriptions = subscriptions, InsteadOf = Hash(configured) };

    /// <summary>Whether the stored subscriptions replace those that are configured now.</summary>
    public bool Replaces(McpSubscriptions configured) => Subscriptions is not null && InsteadOf == Hash(configured);

    private static IEnumerable<string> SecretsOf(StreamOptions options) => options.Credentials is null
        ? ConfigurationKeys.All.SelectMany(key => key.SecretsOf(options))
        : ConfigurationKeys.All.SelectMany(key => key.SecretsOf(options)).Append(Credentials);

    private static string Hash(McpSubscriptions subscriptions) =>
        Fingerprints.Of(JsonSerializer.Serialize(subscriptions, DefinitionJson.Lines.McpSubscriptions));
}

[JsonSerializable(typeof(StreamDefinition))]
[JsonSerializable(typeof(StoredStreamRecord))]
internal sealed partial class DefinitionJson : JsonSerializerContext
{
    /// <summary>Escapes no more than a line of text needs.</summary>
    public static DefinitionJson Lines { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>One line of a file of streams.</summary>
internal sealed record StoredStreamRecord(string Stream, string Definition);
