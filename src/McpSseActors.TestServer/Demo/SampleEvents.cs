using System.Text.Encodings.Web;
using System.Text.Json;

namespace McpSseActors.TestServer.Demo;

/// <summary>
/// Makes up the events of a small chat service. The first twelve show each type once, system.shutdown excepted, which comes later or as the
/// farewell; then they come as often as they would in real life.
/// </summary>
public sealed class SampleEvents(int seed)
{
    /// <summary>All types that there are.</summary>
    public static readonly string[] Types =
    [
        "system.status", "user.login", "chat.typing", "chat.message", "chat.reaction", "user.action",
        "notification.info", "system.heartbeat", "notification.warning", "notification.error", "user.logout", "system.shutdown",
    ];

    private static readonly (string Type, int Weight)[] Weights =
    [
        ("chat.message", 26), ("chat.typing", 14), ("chat.reaction", 11), ("user.action", 12), ("user.login", 8), ("user.logout", 6),
        ("system.heartbeat", 8), ("system.status", 5), ("notification.info", 5), ("notification.warning", 3), ("notification.error", 1), ("system.shutdown", 1),
    ];

    private static readonly string[] Users = ["alice", "bruno", "chen", "dalia", "emre", "佐藤"];
    private static readonly string[] Rooms = ["general", "support", "release"];
    private static readonly string[] Words =
    [
        "Good morning, everyone!", "Has anyone seen the new build?", "大家好，今天的构建通过了。", "The deploy is green.", "Coffee in five minutes?",
        "I'll have a look at it.", "Could you review my change?", "Déjà vu: that test again.", "Shipping it \U0001F680", "Thanks, that helped!",
    ];

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Random _random = new(seed);

    /// <summary>The event with the given number, from 1. Call it in order: the same seed then gives the same events.</summary>
    public (string Type, string Json) Next(long number)
    {
        var type = number < Types.Length ? Types[number - 1] : PickType();
        return (type, JsonSerializer.Serialize(DataOf(type), Json));
    }

    /// <summary>The last event of a server that ends on purpose.</summary>
    public static (string Type, string Json) Farewell() =>
        ("system.shutdown", JsonSerializer.Serialize(new { reason = "planned maintenance", in_seconds = 30 }, Json));

    private object DataOf(string type) => type switch
    {
        "system.status" => new { status = "healthy", load = Math.Round(_random.NextDouble(), 2), sessions = _random.Next(20, 90) },
        "system.heartbeat" => new { uptime_seconds = _random.Next(1_000, 90_000) },
        "system.shutdown" => new { reason = "node drained", in_seconds = 300 },
        "user.login" => new { user = Pick(Users), device = Pick(["web", "phone", "desktop"]) },
        "user.logout" => new { user = Pick(Users), after_minutes = _random.Next(2, 180) },
        "user.action" => new { user = Pick(Users), action = Pick(["joined", "uploaded", "searched", "pinned"]), room = Pick(Rooms) },
        "chat.message" => new { user = Pick(Users), room = Pick(Rooms), text = Pick(Words) },
        "chat.typing" => new { user = Pick(Users), room = Pick(Rooms) },
        "chat.reaction" => new { user = Pick(Users), emoji = Pick(["\U0001F44D", "❤️", "\U0001F389", "\U0001F440"]), room = Pick(Rooms) },
        "notification.info" => new { title = "Release 2.4 is out", link = "/releases/2.4" },
        "notification.warning" => new { title = "Disk almost full", percent = _random.Next(85, 96) },
        _ => new { title = "Webhook failed", status = 502, attempts = _random.Next(1, 4) },
    };

    private string PickType()
    {
        var left = _random.Next(Weights.Sum(entry => entry.Weight));
        return Weights.First(entry => (left -= entry.Weight) < 0).Type;
    }

#pragma warning disable CA5394 // Made-up events need no cryptography.
    private string Pick(string[] among) => among[_random.Next(among.Length)];
#pragma warning restore CA5394
}
