using System.Collections.Immutable;

namespace McpSseActors.Configuration;

/// <summary>Checks options built in code by the rules that files are checked by.</summary>
internal static class OptionsValidation
{
    private const string Source = "code";

    /// <summary>The faults of one stream; none when it can be used.</summary>
    /// <remarks>By loops, and no queries: these would leave 6 KB to the collector for each stream, which hosts with thousands of them pay for.</remarks>
    public static ImmutableArray<ConfigurationFault> Check(StreamOptions options)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigurationFault>(0);
        foreach (var key in ConfigurationKeys.All)
        {
            foreach (var complaint in key.Check(options))
                faults.Add(Fault(key.Name, complaint));
        }

        var ofKeys = faults.Count;
        foreach (var rule in CrossRules.All)
        {
            if ((ofKeys == 0 || !rule.Keys.Any(IsFaulty)) && rule.Check(options) is { } complaint)
                faults.Add(Fault(rule.Keys[0], complaint));
        }

        return faults.ToImmutable();

        bool IsFaulty(string key) => faults.Take(ofKeys).Any(fault => fault.Key == key);
    }

    /// <summary>The faults of several streams, two of one name included; keys are preceded by the stream's name.</summary>
    public static ImmutableArray<ConfigurationFault> Check(IEnumerable<StreamOptions> streams)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigurationFault>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var stream in streams)
        {
            var name = StreamName.Of(stream);
            faults.AddRange(Check(stream).Select(fault => fault with { Key = $"{name}.{fault.Key}" }));
            if (!names.Add(name))
                faults.Add(Fault($"{name}.name", new Complaint($"another stream has the name '{name}'", "give each stream a unique Name")));
        }

        return faults.ToImmutable();
    }

    private static ConfigurationFault Fault(string key, Complaint complaint) => new Place(Source, null, null, key).Fault(complaint);
}
