using System.Globalization;
using System.Runtime.CompilerServices;
using Akka.TestKit.Xunit2;
using McpSseActors.Messages;

namespace McpSseActors.Tests.Messages;

/// <summary>
/// What is on the wire stays as it is, so that nodes of two versions understand each other: <c>wire-format.txt</c> has a line for each message. A new
/// property adds to a line; a line of a released version never goes. <c>wire-format.first.txt</c> is what the first version sent.
/// </summary>
public sealed class WireFormatSpec() : TestKit(TestSystem.Config)
{
    [Fact]
    public void Should_be_the_recorded_one_when_a_message_is_written()
    {
        var actual = string.Concat(MessageSerializerSpec.All.Select(message => $"{Serializer.Manifest(message)}\t{Encoding.UTF8.GetString(Serializer.ToBinary(message))}\n"));
        var file = PathOf("wire-format.txt");
        if (Environment.GetEnvironmentVariable("APPROVE_WIRE_FORMAT") == "1")
            File.WriteAllText(file, actual);

        actual.ShouldBe(File.ReadAllText(file).ReplaceLineEndings("\n"), "if you mean it, run APPROVE_WIRE_FORMAT=1 dotnet test tests/McpSseActors.Tests --filter WireFormatSpec");
    }

    [Theory]
    [InlineData("wire-format.txt")]
    [InlineData("wire-format.first.txt")]
    public void Should_be_readable_when_another_version_wrote_it(string file)
    {
        foreach (var line in File.ReadLines(PathOf(file)))
        {
            var (manifest, json) = (line[..line.IndexOf('\t')], line[(line.IndexOf('\t') + 1)..]);

            var read = Serializer.FromBinary(Encoding.UTF8.GetBytes(json), manifest);

            read.GetType().Name.ShouldBe(manifest[(manifest.LastIndexOf('.') + 1)..]);
            Serializer.ToBinary(read).Length.ShouldBeGreaterThanOrEqualTo(json.Length, manifest);
        }
    }

    [Fact]
    public void Should_ignore_what_it_does_not_know_when_a_later_version_wrote_it() =>
        Serializer.FromBinary("""{"Stream":"s","Later":{"x":1}}"""u8.ToArray(), "GetStats").ShouldBe(new GetStats("s"));

    [Fact]
    public void Should_leave_out_old_events_when_an_answer_does_not_fit_into_a_frame()
    {
        var events = Enumerable.Range(1, 100).Select(n => new McpEvent("s", "a", new byte[10_000], DateTimeOffset.UnixEpoch, $"{n}", null)).ToImmutableArray();

        var all = new RecentEvents("s", events) { Sequences = [.. Enumerable.Range(1, 100).Select(n => (long)n)] };

        var read = (RecentEvents)((IShortenable)all).ToFit(120_000, part => Serializer.ToBinary(part).Length);

        read.Events[^1].EventId.ShouldBe("100");
        read.Sequences.ShouldBe(read.Events.Select(received => long.Parse(received.EventId!, CultureInfo.InvariantCulture)));
        read.LeftOut.ShouldBe(100 - read.Events.Length);
        Serializer.ToBinary(read).Length.ShouldBeInRange(60_000, 120_000);
    }

    [Fact]
    public void Should_go_on_with_the_next_page_when_dead_letters_do_not_fit_into_a_frame()
    {
        var letters = Enumerable.Range(1, 100).Select(n => new StoredDeadLetter
        {
            Id = $"{n}",
            Event = new McpEvent("s", "a", new byte[10_000], DateTimeOffset.UnixEpoch, $"{n}", null),
            Handler = "h",
            Fault = "no",
            Attempts = 1,
            FirstFailedAt = DateTimeOffset.UnixEpoch,
            GivenUpAt = DateTimeOffset.UnixEpoch,
        }).ToImmutableArray();

        var read = (DeadLetterList)((IShortenable)new DeadLetterList(letters, null)).ToFit(120_000, part => Serializer.ToBinary(part).Length);

        read.Letters.Length.ShouldBeInRange(4, 99);
        read.Next.ShouldBe($"{read.Letters.Length}");
    }

    private MessageSerializer Serializer => (MessageSerializer)Sys.Serialization.FindSerializerForType(typeof(GetStats));

    private static string PathOf(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, file);
}
