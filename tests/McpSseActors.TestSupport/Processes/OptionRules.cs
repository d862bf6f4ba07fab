using System.CommandLine;

namespace McpSseActors.TestSupport.Processes;

/// <summary>Checks the values of options.</summary>
public static class OptionRules
{
    /// <summary>Refuses values that break a rule, with what to write instead.</summary>
    public static Option<T> Must<T>(this Option<T> option, Predicate<T> rule, string remedy)
    {
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && !rule(result.GetValueOrDefault<T>()!))
                result.AddError($"{option.Name}: {remedy}.");
        });
        return option;
    }
}
