using McpSseActors.Tests.Cli.Demo;
using McpSseActors.TestServer.Recording;
using McpSseActors.TestServer.Replay;

namespace McpSseActors.Tests.Cli.Recording;

public sealed class ReplayServerSpec : IDisposable
{
    private const string Header = """{"mcp_sse_recording":1,"url":"http://127.0.0.1/","transport":"sse","started":"2026-02-03T10:15:00Z"}""";

    private static readonly string[] TwoConnections =
    [
        Header,
        """{"t":1000,"c":1,"open":"HTTP/1.1 200","headers":{}}""",
        """{"t":2000,"c":1,"data":"id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\nda"}""",
        """{"t":2500,"state":"BackingOff","reason":"lost"}""",
        """{"t":3000,"c":1,"end":"lost"}""",
        """{"t":4000,"c":2,"open":"HTTP/1.1 200","headers":{}}""",
        """{"t":5000,"c":2,"data":"id: 3\ndata: c\n\n"}""",
        """{"t":9000,"c":2,"data":"id: 4\ndata: d\n\n"}""",
        """{"t":9500,"c":2,"end":"ended"}""",
    ];

    private static readonly ReplayOptions Fast = new() { Speed = ReplaySpeed.Max };

    private readonly string _directory = Directory.CreateTempSubdirectory("mcp-sse-rec-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(null, "1 2")]
    [InlineData("unknown", "1 2")]
    [InlineData("1", "2")]
    [InlineData("2", "3 4")]
    [InlineData("3", "4")]
    public async Task Should_go_on_behind_the_last_event_id_when_a_client_comes(string? lastEventId, string ids)
    {
        await using var server = await ReplayServer.StartAsync(Load(TwoConnections), Fast);
        using var reader = new SseReader();
        using var opened = await reader.OpenAsync(server.Url, lastEventId);

        (await reader.IdsAsync(9)).ShouldBe(ids.Split(' '));
    }

    [Fact]
    public async Task Should_answer_204_when_a_client_has_everything()
    {
        await using var server = await ReplayServer.StartAsync(Load(TwoConnections), Fast);
        using var reader = new SseReader();
        using var answer = await reader.OpenAsync(server.Url, "4");

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Should_go_on_with_the_next_connection_when_events_have_no_ids()
    {
        await using var server =
            await ReplayServer.StartAsync(Load([.. TwoConnections.Select(line => line.Replace("id: ", "x: ", StringComparison.Ordinal))]), Fast);
        var connections = new List<int>();
        for (var connection = 0; connection < 4; connection++)
        {
            using var reader = new SseReader();
            using var answer = await reader.OpenAsync(server.Url);
            connections.Add(answer.StatusCode is HttpStatusCode.OK ? (await reader.IdsAsync(9)).Count : -1);
        }

        connections.ShouldBe([2, 2, -1, 2]);
    }

    [Fact]
    public async Task Should_begin_anew_in_the_same_connection_when_it_loops()
    {
        await using var server = await ReplayServer.StartAsync(Load(TwoConnections), Fast with { Loop = true });
        using var reader = new SseReader();
        using var opened = await reader.OpenAsync(server.Url, "2");

        (await reader.IdsAsync(10)).ShouldBe(["3", "4", "1", "2", "3", "4", "1", "2", "3", "4"]);
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Should_keep_to_the_recorded_times_when_they_are_played_twice_as_fast()
    {
        var time = new Clock();
        await using var server = await ReplayServer.StartAsync(Load(TwoConnections), new ReplayOptions { Speed = new ReplaySpeed(2), Time = time });
        using var reader = new SseReader();
        using var opened = await reader.OpenAsync(server.Url, "2");

        (await time.NextDelayAsync()).ShouldBe(TimeSpan.FromSeconds(0.5));
        time.Advance(TimeSpan.FromSeconds(0.5));
        (await reader.NextAsync())!.Value.Id.ShouldBe("3");
        (await time.NextDelayAsync()).ShouldBe(TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(2));
        (await reader.NextAsync())!.Value.Id.ShouldBe("4");
    }

    [Fact]
    public void Should_end_before_the_last_line_when_it_is_cut()
    {
        var recording = Load(TwoConnections, end: """{"t":9600,"c":2,"da""");

        recording.CutLine.ShouldBe(10);
        recording.Connections.Length.ShouldBe(2);
        recording.Read(recording.Connections[1]).Count().ShouldBe(3);
    }

    [Theory]
    [InlineData("", "(1): not a recording")]
    [InlineData("{\"mcp_sse_recording\":2}", "(1): it has version 2 of the format, and only 1 is known here")]
    [InlineData(Header + "\nnonsense", "(2): not a JSON object; a line reads {\"t\":12,\"c\":1,\"data\":\"...\"}")]
    [InlineData(Header + "\n{\"c\":1,\"data\":\"\"}", "(2): \"t\" is missing")]
    [InlineData(Header + "\n{\"t\":1,\"data\":\"\"}", "(2): \"c\" is missing")]
    [InlineData(Header + "\n{\"t\":1,\"c\":1,\"data\":\"\"}", "(2): connection 1 was not opened")]
    [InlineData(Header + "\n{\"t\":1,\"c\":1,\"open\":\"\"}\n{\"t\":1,\"c\":1}", "(3): it says nothing that is known")]
    [InlineData(Header + "\n{\"t\":1,\"c\":1,\"open\":\"\"}\n{\"t\":1,\"c\":1,\"base64\":\"?\"}", "(3): \"base64\" is not base64")]
    [InlineData(Header + "\n{\"t\":1,\"c\":1,\"open\":\"\"}\n{\"t\":1,\"c\":1,\"end\":\"soon\"}", "(3): \"end\" is not known; write ended, lost or closed")]
    public void Should_name_file_line_and_remedy_when_a_recording_is_wrong(string text, string said)
    {
        var fault = Should.Throw<RecordingException>(() => Load([text]));

        fault.Message.ShouldStartWith("a.rec" + said);
    }

    [Fact]
    public async Task Should_refuse_when_a_page_gives_the_address_a_name_of_its_own()
    {
        await using var server = await ReplayServer.StartAsync(Load(TwoConnections), Fast);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url) { Headers = { Host = "evil.example" } };

        (await http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("2x", 2)]
    [InlineData("0.5", 0.5)]
    [InlineData("max", double.PositiveInfinity)]
    public void Should_read_a_speed_when_it_has_one_of_the_forms(string text, double factor)
    {
        ReplaySpeed.TryParse(text, out var speed).ShouldBeTrue();
        speed.Factor.ShouldBe(factor);
    }

    private RecordingFile Load(string[] lines, string end = "")
    {
        File.WriteAllText(Path.Combine(_directory, "a.rec"), string.Concat(lines.Select(line => line + "\n")) + end);
        return RecordingFile.Load("a.rec", _directory);
    }
}
