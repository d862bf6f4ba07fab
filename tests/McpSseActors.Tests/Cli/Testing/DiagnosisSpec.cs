using McpSseActors.Cli;

namespace McpSseActors.Tests.Cli.Testing;

/// <summary>What the specs of a diagnosis have in common: a command line, and its steps.</summary>
public abstract class DiagnosisSpec : IDisposable
{
    private protected CliRun Run { get; } = new();

    public virtual void Dispose()
    {
        Run.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Diagnoses a URL, without waiting for heartbeats unless told to.</summary>
    private protected Task<int> TestAsync(string url, params string[] more) =>
        Run.InvokeAsync(["test", "--json", "--url", url, .. more.Contains("--listen") ? [] : new[] { "--listen", "0" }, .. more]);

    private protected JsonElement Step(string name) => Run.OfKind("step").Single(step => step.GetProperty("name").GetString() == name);

    private protected void ShouldBe(string name, string verdict, string detail, string? remedy = null)
    {
        var step = Step(name);
        step.GetProperty("verdict").GetString().ShouldBe(verdict, Run.Out);
        step.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(detail);
        if (remedy is not null)
            step.GetProperty("remedy").GetString().ShouldNotBeNull().ShouldContain(remedy);
    }

    /// <summary>This step is the only one that fails, and those after it were not reached.</summary>
    private protected void ShouldEndAt(string name, string detail, string remedy)
    {
        ShouldBe(name, "fail", detail, remedy);
        var steps = Run.OfKind("step").ToList();
        var behind = steps.SkipWhile(step => step.GetProperty("name").GetString() != name).Skip(1).ToList();
        behind.ShouldNotBeEmpty();
        behind.ShouldAllBe(step => step.GetProperty("verdict").GetString() == "skip" && step.GetProperty("detail").GetString() == "not reached");
        steps.Count(step => step.GetProperty("verdict").GetString() == "fail").ShouldBe(1);
        Run.OfKind("summary").ShouldHaveSingleItem().GetProperty("verdict").GetString().ShouldBe($"fails at {name}");
    }

    /// <summary>A server that sends this to all, and stays.</summary>
    private protected static ScriptedServer Sending(string text) => new(Sends(text));

    /// <summary>A script that sends this, and stays.</summary>
    private protected static Func<Exchange, Task> Sends(string text) => Script.Sends(text);

    private protected static string Events(params string[] ids) => string.Concat(ids.Select(id => $"id: {id}\nevent: tick\ndata: {{}}\n\n"));

    private protected static Func<Exchange, Task> Answers(string status, string headers = "") => exchange => exchange.AnswerAsync(status, headers);

    private protected async Task ShouldFailAsync(Task<int> code) => (await code).ShouldBe(ExitCodes.Failed, Run.Out + Run.Error);

    private protected async Task ShouldHoldAsync(Task<int> code) => (await code).ShouldBe(ExitCodes.Ok, Run.Out + Run.Error);
}
