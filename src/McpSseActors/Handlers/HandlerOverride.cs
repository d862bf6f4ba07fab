using Akka.Configuration;
using McpSseActors.Configuration;

namespace McpSseActors.Handlers;

/// <summary>What <c>mcp-sse.handlers.by-name.NAME</c> says of one handler; null is nothing.</summary>
internal sealed record HandlerOverride
{
    private static readonly string[] Knobs = ["max-restarts", "restart-window", "overflow", "overflow-capacity", "retry"];

    public int? MaxRestarts { get; private init; }

    public TimeSpan? RestartWindow { get; private init; }

    public HandlerOverflow? Overflow { get; private init; }

    public int? OverflowCapacity { get; private init; }

    public RetryOverride? Retry { get; private init; }

    /// <summary>Reads what is said of one handler.</summary>
    /// <exception cref="McpSseConfigurationException">There is an unknown knob, or a value is out of its range.</exception>
    public static HandlerOverride Create(string name, Config said)
    {
        var prefix = $"handlers.by-name.{name}";
        foreach (var (knob, _) in said.AsEnumerable())
            HoconRule.Require(Knobs.Contains(knob), $"{prefix}.{knob}", $"one of {string.Join(", ", Knobs)}", "unknown knob");
        var read = new HandlerOverride
        {
            MaxRestarts = said.HasPath("max-restarts") ? HoconRule.Int(said, prefix, "max-restarts") : null,
            RestartWindow = said.HasPath("restart-window") ? HoconRule.Time(said, prefix, "restart-window") : null,
            Overflow = said.HasPath("overflow") ? Read(HoconRule.Text(said, prefix, "overflow"), $"{prefix}.overflow") : null,
            OverflowCapacity = said.HasPath("overflow-capacity") ? HoconRule.Int(said, prefix, "overflow-capacity") : null,
            Retry = said.HasPath("retry") ? RetryOverride.Create($"{prefix}.retry", HoconRule.Block(said, prefix, "retry")) : null,
        };
        HoconRule.Require(read.MaxRestarts is null or >= -1, $"{prefix}.max-restarts", "-1 (no limit), 0 or more");
        HoconRule.Require(read.RestartWindow is null || read.RestartWindow > TimeSpan.Zero, $"{prefix}.restart-window", "more than 0 s");
        HoconRule.Require(read.OverflowCapacity is null or >= 1, $"{prefix}.overflow-capacity", "at least 1");
        return read;
    }

    private static HandlerOverflow? Read(string text, string key)
    {
        HandlerOverflow? overflow = text switch
        {
            "back-pressure" => HandlerOverflow.BackPressure,
            "drop-oldest" => HandlerOverflow.DropOldest,
            "drop-newest" => HandlerOverflow.DropNewest,
            _ => null,
        };
        HoconRule.Require(overflow is not null, key, "one of back-pressure, drop-oldest, drop-newest");
        return overflow;
    }
}
