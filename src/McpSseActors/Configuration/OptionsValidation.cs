using System.Collections.Immutable;

namespace McpSseActors.Configuration;

/// <summary>Checks options built in code by the rules that files are checked by.</summary>
internal static class OptionsValidation
{
    private const string Source = "code";

    /// <summary>The faults of one stream; none when it can be used.</summary>
    public static ImmutableArray<ConfigurationFault> Check(StreamOptions options)
    {
        var ofKeys = ConfigurationKeys.All.SelectMany(key => key.Check(options).Select(complaint => Fault(key.Name, complaint))).ToList();
        var faulty = ofKeys.Select(fault => fault.Key!).ToHashSet();
        var between = CrossRules.All
            .Where(rule => !rule.Keys.Any(faulty.Contains))
            .Select(rule => (Key: rule.Keys[0], Complaint: rule.Check(options)))
            .Where(broken => broken.Complaint is not null)
            .Select(broken => Fault(broken.Key, broken.Complaint!));
        return [.. ofKeys, .. between];
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
                faults.Add(Fault($"{name}.name", new Complaint($"another stream has the name '{name}'", "give each stream a Name of its own")));
        }

        return faults.ToImmutable();
    }

    private static ConfigurationFault Fault(string key, Complaint complaint) => new Place(Source, null, null, key).Fault(complaint);
}
