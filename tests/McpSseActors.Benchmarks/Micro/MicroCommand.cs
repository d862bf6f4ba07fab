using System.CommandLine;
using BenchmarkDotNet.Running;

namespace McpSseActors.Benchmarks.Micro;

/// <summary><c>micro</c>: single parts of the library, measured by BenchmarkDotNet.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        var command = new Command("micro", """
            Measures single parts of the library in this process, without network and disk, with BenchmarkDotNet. All of it takes some minutes;
            at the end comes a table with one line each: time, rate and allocations for one event, and the factor over the first line of its group.

            What is said behind 'micro' goes to BenchmarkDotNet, and here is the most useful of it:
              --list flat                       names the benchmarks
              --filter '*Decoder*'              runs those with such names only
              --filter '*' --iterationCount 3   is quick and rough; 30 is slow and exact
              -- --help                         lists everything else that BenchmarkDotNet takes

            Measure in Release, with nothing else running, and compare the lines of one run: the factors hold on another machine, the times do not.

            Examples:
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- micro
              dotnet run -c Release --project tests/McpSseActors.Benchmarks -- micro --filter '*Decoder*'
            """)
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(parsed => Run([.. parsed.UnmatchedTokens]));
        return command;
    }

    private static int Run(string[] arguments)
    {
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly)
            .Run(arguments.Length == 0 ? ["--filter", "*"] : arguments, MicroConfig.Create()).ToArray();
        MicroTable.Print([.. summaries.SelectMany(MicroResult.From)]);
        return summaries.All(summary => summary.Reports.All(report => report.Success) && !summary.HasCriticalValidationErrors) ? 0 : 1;
    }
}
