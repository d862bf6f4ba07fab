using Akka.Configuration;

namespace McpSseActors.Configuration;

/// <summary>What a configuration says of retries; null is nothing.</summary>
internal sealed record RetryOverride
{
    private static readonly string[] Knobs = ["max-attempts", "initial-delay", "max-delay", "attempt-timeout", "later-events-pass", "break-after", "break-for"];

    public int? MaxAttempts { get; init; }

    public TimeSpan? InitialDelay { get; init; }

    public TimeSpan? MaxDelay { get; init; }

    public TimeSpan? AttemptTimeout { get; init; }

    public bool? LaterEventsPass { get; init; }

    public int? BreakAfter { get; init; }

    public TimeSpan? BreakFor { get; init; }

    /// <summary>Reads the knobs of HOCON.</summary>
    /// <exception cref="McpSseConfigurationException">There is an unknown knob, or a value is out of its range.</exception>
    public static RetryOverride Create(string prefix, Config said)
    {
        foreach (var (knob, _) in said.AsEnumerable())
            HoconRule.Require(Knobs.Contains(knob), $"{prefix}.{knob}", $"one of {string.Join(", ", Knobs)}", "unknown knob");
        var read = new RetryOverride
        {
            MaxAttempts = said.HasPath("max-attempts") ? HoconRule.Int(said, prefix, "max-attempts") : null,
            InitialDelay = Time("initial-delay"),
            MaxDelay = Time("max-delay"),
            AttemptTimeout = Time("attempt-timeout"),
            LaterEventsPass = said.HasPath("later-events-pass") ? HoconRule.Bool(said, prefix, "later-events-pass") : null,
            BreakAfter = said.HasPath("break-after") ? HoconRule.Int(said, prefix, "break-after") : null,
            BreakFor = Time("break-for"),
        };
        HoconRule.Require(read.MaxAttempts is null or -1 or >= 1, $"{prefix}.max-attempts", "at least 1, or -1 (no limit)");
        HoconRule.Require(read.InitialDelay is null || read.InitialDelay >= TimeSpan.Zero, $"{prefix}.initial-delay", "0 s or more");
        HoconRule.Require(read.MaxDelay is null || read.MaxDelay >= TimeSpan.Zero, $"{prefix}.max-delay", "0 s or more");
        HoconRule.Require(read.AttemptTimeout is null || read.AttemptTimeout > TimeSpan.Zero, $"{prefix}.attempt-timeout", "more than 0 s");
        HoconRule.Require(read.BreakAfter is null or >= 0, $"{prefix}.break-after", "0 (no circuit breaker) or more");
        HoconRule.Require(read.BreakFor is null || read.BreakFor > TimeSpan.Zero, $"{prefix}.break-for", "more than 0 s");
        return read;

        TimeSpan? Time(string knob) => said.HasPath(knob) ? HoconRule.Time(said, prefix, knob) : null;
    }

    /// <summary>Changes what is said here.</summary>
    public RetryOptions Apply(RetryOptions options) => options with
    {
        MaxAttempts = MaxAttempts ?? options.MaxAttempts,
        InitialDelay = InitialDelay ?? options.InitialDelay,
        MaxDelay = MaxDelay ?? options.MaxDelay,
        AttemptTimeout = AttemptTimeout ?? options.AttemptTimeout,
        LaterEventsPass = LaterEventsPass ?? options.LaterEventsPass,
        BreakAfter = BreakAfter ?? options.BreakAfter,
        BreakFor = BreakFor ?? options.BreakFor,
    };
}
