using System.CommandLine;

namespace McpSseActors.Benchmarks.Commands;

/// <summary>How values of options are judged.</summary>
internal static class Values
{
    public static void Must<T>(this Option<T> option, Predicate<T> rule, string remedy) => option.Validators.Add(result =>
    {
        if (!result.Errors.Any() && !rule(result.GetValueOrDefault<T>()!))
            result.AddError($"{option.Name}: {remedy}.");
    });
}
