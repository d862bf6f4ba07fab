using System.Runtime.CompilerServices;
using McpSseActors.Hosting;
using PublicApiGenerator;
using Shouldly;
using Xunit;

namespace McpSseActors.Tests;

/// <summary>Each change to the public API is seen in review: <c>PublicApi.approved.txt</c> is its text.</summary>
public sealed class PublicApiSpec
{
    [Fact]
    public void Should_be_the_approved_one_when_it_is_public()
    {
        var approvedFile = Path.Combine(Path.GetDirectoryName(ThisFile())!, "PublicApi.approved.txt");
        var actual = typeof(McpSse).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";

        if (Environment.GetEnvironmentVariable("APPROVE_PUBLIC_API") == "1")
            File.WriteAllText(approvedFile, actual);

        actual.ShouldBe(
            File.ReadAllText(approvedFile).ReplaceLineEndings("\n"),
            "the public API changed: look at the difference, and if it is meant, run this test with APPROVE_PUBLIC_API=1");
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
