using System.Runtime.CompilerServices;
using McpSseActors.Cluster;
using McpSseActors.Dashboard;
using McpSseActors.Testing;
using McpSseActors.Webhooks;
using PublicApiGenerator;

namespace McpSseActors.Tests;

/// <summary>Each change to the public API is seen in review: <c>PublicApi.approved.txt</c> is the text of the library; each other package has its own.</summary>
public sealed class PublicApiSpec
{
    [Theory]
    [InlineData(typeof(McpSse), "PublicApi.approved.txt")]
    [InlineData(typeof(McpSseClusterOptions), "PublicApi.Cluster.approved.txt")]
    [InlineData(typeof(McpSseTestServer), "PublicApi.TestKit.approved.txt")]
    [InlineData(typeof(DashboardEndpoints), "PublicApi.Dashboard.approved.txt")]
    [InlineData(typeof(McpWebhookEndpoints), "PublicApi.Webhooks.approved.txt")]
    public void Should_be_the_approved_one_when_it_is_public(Type inAssembly, string file)
    {
        var approvedFile = Path.Combine(Path.GetDirectoryName(ThisFile())!, file);
        var actual = inAssembly.Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";

        if (Environment.GetEnvironmentVariable("APPROVE_PUBLIC_API") == "1")
            File.WriteAllText(approvedFile, actual);

        var approved = File.ReadAllText(approvedFile).ReplaceLineEndings("\n");
        if (actual != approved)
        {
            Assert.Fail($"The public API changed:\n{Difference(approved.Split('\n'), actual.Split('\n'))}\n"
                + $"If you mean it, run APPROVE_PUBLIC_API=1 dotnet test tests/McpSseActors.Tests --filter PublicApiSpec and commit {file}.");
        }
    }

    private static string Difference(string[] approved, string[] actual) =>
        string.Join('\n', approved.Except(actual).Select(line => $"- {line.Trim()}").Concat(actual.Except(approved).Select(line => $"+ {line.Trim()}")));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
