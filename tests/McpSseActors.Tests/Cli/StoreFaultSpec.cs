using System.Diagnostics;
using System.Globalization;

namespace McpSseActors.Tests.Cli;

/// <summary>
/// The tool as a process on a disk that is full or read-only, and beside another process: one line says so, and nothing is lost. A small disk needs
/// a mount, which a user may make in a new namespace.
/// </summary>
[Trait("Category", "Durability")]
public sealed class StoreFaultSpec : IDisposable
{
    private const int Events = 200;
    // Five pages: three for the other file, one for dead letters, and one for the first position; the next needs another page.
    private const string Disk = """mkdir -p "$FOLDER/disk"; mount -t tmpfs -o size=20k none "$FOLDER/disk"; """;
    private const string FirstSaved = "== the first position is saved";
    private const string Run = """dotnet "$TOOL" run --config "$FOLDER/mcp-sse.toml" """;

    private static readonly string Padding = new('x', 2500);

    private readonly string _folder = Directory.CreateTempSubdirectory("store-fault-").FullName;
    private readonly SemaphoreSlim _printed = new(0);
    private readonly TaskCompletionSource _firstSaved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose()
    {
        _printed.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [NamespaceFact]
    public async Task Should_go_on_and_lose_nothing_when_the_disk_is_full()
    {
        await using var server = Numbers();
        var (said, exitCode) = await ShellAsync(server, $"""
            {Disk} head -c 12288 /dev/zero > "$FOLDER/disk/other"
            ( until grep -qs xxx "$FOLDER/disk/positions"; do sleep 0.01; done; echo "{FirstSaved}" ) &
            {Run} --count {Events}
            mount -o remount,size=1m "$FOLDER/disk"; echo "== more room"
            {Run} --count 1
            """);

        exitCode.ShouldBe(0, said);
        var (full, after) = said.Split("== more room") is [var one, var two] ? (one, two) : throw new InvalidOperationException(said);
        Lines(full, "number-").Count().ShouldBe(Events);
        Lines(full, "The position store failed").ShouldHaveSingleItem().ShouldContain("No space left on device");
        Lines(full, "stops without its last position, which was not stored within 5 s").ShouldHaveSingleItem();
        await server.NextRequestAsync();
        var resumed = NumberOf((await server.NextRequestAsync()).Header("Last-Event-ID"));
        resumed.ShouldBeInRange(1, Events - 1, "the position of the time before the disk was full");
        after.ShouldContain($"number-{resumed + 1}\n");
    }

    [NamespaceFact]
    public async Task Should_say_so_in_one_line_when_the_disk_is_full_from_the_start()
    {
        await using var server = Numbers();
        var (said, exitCode) = await ShellAsync(server, $"{Disk} head -c 20480 /dev/zero > \"$FOLDER/disk/other\"; {Run} --count 1");

        exitCode.ShouldBe(1);
        said.Trim().ShouldBe($"mcp-sse: Positions cannot be stored in {_folder}/disk/positions: No space left on device : '{_folder}/disk/positions.new'");
        server.Connections.ShouldBe(0);
    }

    [NamespaceFact]
    public async Task Should_say_so_in_one_line_when_the_disk_is_read_only()
    {
        await using var server = Numbers();
        var (said, exitCode) = await ShellAsync(server, $"""
            {Disk} {Run} --count 1
            mount -o remount,ro "$FOLDER/disk"
            {Run} --count 1
            """);

        exitCode.ShouldBe(1);
        Lines(said, "mcp-sse:").ShouldHaveSingleItem().ShouldBe($"mcp-sse: Positions cannot be stored in {_folder}/disk/positions: Read-only file system : '{_folder}/disk/positions.lock'");
    }

    [Fact]
    public async Task Should_name_the_other_process_when_two_use_one_file()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var server = Numbers();
        var (said, exitCode) = await ShellAsync(server, $"""
            mkdir -p "$FOLDER/disk"; mkfifo "$FOLDER/out"
            {Run} > "$FOLDER/out" & first=$!
            exec 3< "$FOLDER/out"
            while read -r line <&3; do case "$line" in *number-1*) break ;; esac; done
            {Run} --count 1; code=$?
            echo "== $first"; kill $first; wait $first; exit $code
            """);

        exitCode.ShouldBe(1, said);
        var first = said.Split("== ")[1].Split('\n')[0];
        Lines(said, "mcp-sse:").ShouldHaveSingleItem().ShouldStartWith($"mcp-sse: {_folder}/disk/positions is used by process {first} (dotnet). Only one process can use");
        server.Connections.ShouldBe(1);
    }

    private static IEnumerable<string> Lines(string text, string part) => text.Split('\n').Where(line => line.Contains(part, StringComparison.Ordinal));

    private async Task<(string Said, int ExitCode)> ShellAsync(ScriptedServer server, string script)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "mcp-sse.toml"), $"""
            [mcp_sse]
            enable = true
            server_url = "{server.Url}"
            [mcp_sse.delivery]
            guarantee = "at-least-once"
            store = '{_folder}/disk/positions'
            """);
        string[] shell = ["bash", "-c", $"{{ {script}\n}} 2>&1"];
        string[] line = script.Contains("mount", StringComparison.Ordinal) ? ["unshare", "-Urm", .. shell] : shell;
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true };
        start.Environment["TOOL"] = Path.Combine(AppContext.BaseDirectory, "mcp-sse.dll");
        start.Environment["FOLDER"] = _folder;
        using var process = Process.Start(start).ShouldNotBeNull();
        var said = new StringBuilder();
        while (await Within.LimitAsync(process.StandardOutput.ReadLineAsync()) is { } text)
        {
            said.Append(text).Append('\n');
            if (text.Contains("number-", StringComparison.Ordinal))
                _printed.Release();
            else if (text == FirstSaved)
                _firstSaved.SetResult();
        }

        await Within.LimitAsync(process.WaitForExitAsync());
        return (said.ToString(), process.ExitCode);
    }

    private static int NumberOf(string? id) => int.Parse(id?.Split('-')[0] ?? "0", CultureInfo.InvariantCulture);

    // An event at a time, so that each has a position to be saved.
    private ScriptedServer Numbers() => new(async exchange =>
    {
        await exchange.OpenAsync();
        for (var n = NumberOf(exchange.Request.Header("Last-Event-ID")) + 1; n <= Events; n++)
        {
            await exchange.WriteAsync($"id: {n}-{Padding}\ndata: number-{n}\n\n");
            await _printed.WaitAsync(exchange.Stopped);
            if (n == 1)
                await _firstSaved.Task.WaitAsync(exchange.Stopped);
        }

        await exchange.StayAsync();
    });

    private sealed class NamespaceFactAttribute : FactAttribute
    {
        private static readonly bool IsPossible = Try();

        public NamespaceFactAttribute() => Skip = IsPossible ? null : "This machine lets no user mount a disk: unshare -Urm failed.";

        private static bool Try()
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo("unshare", ["-Urm", "mount", "-t", "tmpfs", "none", "/mnt"]) { RedirectStandardError = true })!;
                process.StandardError.ReadToEnd();
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
