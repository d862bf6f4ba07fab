using System.Collections.Immutable;
using System.Text.Json;

namespace McpSseActors.TestServer.Events;

/// <summary>Makes up the events of a small operations team: three types, one of which cannot be replayed.</summary>
public sealed class IncidentEvents(int seed)
{
    /// <summary>The types.</summary>
    public static readonly ImmutableArray<ServedEventType> Types =
    [
        new("incident.created", "An incident was opened.")
        {
            Delivery = ["push", "poll", "webhook"],
            InputSchema = """
                {"type":"object","properties":{"severity":{"type":"string","enum":["P1","P2","P3"],"description":"Only incidents of this severity."},"service":{"type":"string","description":"Only incidents of this service."}},"additionalProperties":false}
                """,
            PayloadSchema = """
                {"type":"object","properties":{"number":{"type":"integer"},"severity":{"type":"string","enum":["P1","P2","P3"]},"service":{"type":"string"},"title":{"type":"string"}},"required":["number","severity","service","title"]}
                """,
        },
        new("deploy.finished", "A deployment has ended, well or not.")
        {
            Delivery = ["push", "poll", "webhook"],
            InputSchema = """
                {"type":"object","properties":{"environment":{"type":"string","enum":["staging","production"],"description":"The environment deployed to."}},"required":["environment"],"additionalProperties":false}
                """,
            PayloadSchema = """
                {"type":"object","properties":{"environment":{"type":"string"},"service":{"type":"string"},"version":{"type":"string"},"succeeded":{"type":"boolean"}},"required":["environment","service","version","succeeded"]}
                """,
        },
        new("oncall.typing", "Somebody on call is writing. Can't be replayed.")
        {
            Delivery = ["push"],
            HasReplay = false,
            PayloadSchema = """{"type":"object","properties":{"user":{"type":"string"}},"required":["user"]}""",
        },
    ];

    private static readonly string[] Services = ["checkout", "search", "login"];
    private static readonly string[] Titles = ["Error rate above 5%", "Latency above 2 s", "Queue is not drained", "证书即将过期"];
    private static readonly string[] Users = ["alice", "bruno", "佐藤"];

    private readonly Random _random = new(seed);

    /// <summary>The event with the given number, from 1. Call it in order: the same seed then gives the same events.</summary>
    public (string Type, string Json) Next(long number) => (number % 5) switch
    {
        1 or 3 or 4 => ("incident.created", JsonSerializer.Serialize(new { number, severity = Pick(["P1", "P1", "P2", "P3"]), service = Pick(Services), title = Pick(Titles) }, Json.Readable)),
        2 => ("deploy.finished", JsonSerializer.Serialize(new { environment = Pick(["staging", "production"]), service = Pick(Services), version = $"2.{number}", succeeded = _random.Next(4) > 0 }, Json.Readable)),
        _ => ("oncall.typing", JsonSerializer.Serialize(new { user = Pick(Users) }, Json.Readable)),
    };

#pragma warning disable CA5394 // Made-up events need no cryptography.
    private string Pick(string[] among) => among[_random.Next(among.Length)];
#pragma warning restore CA5394
}
