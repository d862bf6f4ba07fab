using McpSseActors.Cli;
using McpSseActors.Cli.Output;

namespace McpSseActors.Tests.Cli.Output;

public sealed class OutputFileSpec : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mcp-sse-out-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Should_begin_a_line_of_its_own_when_the_file_ends_in_half_a_line()
    {
        File.WriteAllText(InDirectory("a"), "whole\nhal");

        using (var file = Open("a", Existing.Append))
            file.WriteLine("mine");

        File.ReadAllText(InDirectory("a")).ShouldBe("whole\nhal\nmine\n");
    }

    [Fact]
    public void Should_leave_nothing_of_the_old_file_when_it_is_overwritten()
    {
        File.WriteAllText(InDirectory("a"), "much that was there");

        using (var file = Open("a", Existing.Overwrite))
            file.WriteLine("b");

        File.ReadAllText(InDirectory("a")).ShouldBe("b\n");
    }

    [Fact]
    public void Should_have_written_all_but_the_last_second_when_the_process_dies()
    {
        using var file = Open("a", Existing.Refuse);
        for (var line = 0; line < 10_000; line++)
            file.WriteLine("0123456789");

        new FileInfo(InDirectory("a")).Length.ShouldBeGreaterThan(40_000);
    }

    [Fact]
    public void Should_share_a_device_with_others_that_write_to_it()
    {
        if (!File.Exists("/dev/null"))
            return;
        using var one = OutputFile.Open("/dev/null", Existing.Overwrite, Environment(), () => { });
        using var other = OutputFile.Open("/dev/null", Existing.Append, Environment(), () => { });

        other.WriteLine("gone");
        other.Flush();
        other.Lines.ShouldBe(1);
    }

    [Fact]
    public void Should_swallow_and_tell_once_when_nothing_can_be_written()
    {
        var told = 0;
        using var file = OutputFile.Open("/dev/full", Existing.Append, Environment(), () => told++);

        file.WriteLine("lost");
        file.Flush();
        file.WriteLine("lost too");
        file.Flush();

        told.ShouldBe(1);
        file.Lines.ShouldBe(0);
        Should.Throw<CliException>(file.ThrowIfBroken).ExitCode.ShouldBe(ExitCodes.Failed);
    }

    [Theory]
    [InlineData("nowhere/a")]
    [InlineData(".")]
    public void Should_explain_when_the_file_cannot_be_opened(string path) =>
        Should.Throw<CliException>(() => Open(path, Existing.Append)).Message.ShouldStartWith($"cannot write to {path}: ");

    [Fact]
    public void Should_refuse_when_another_writes_to_the_file()
    {
        using var first = Open("a", Existing.Append);

        Should.Throw<CliException>(() => Open("a", Existing.Append));
    }

    private string InDirectory(string name) => Path.Combine(_directory, name);

    private OutputFile Open(string name, Existing existing) => OutputFile.Open(name, existing, Environment(), () => { });

    private CliEnvironment Environment() => new() { Out = TextWriter.Null, Error = TextWriter.Null, Directory = _directory };
}
