namespace McpSseActors.Tests.Configuration;

/// <summary>Whatever a file says: it is read, or its faults are named with their places.</summary>
public sealed class TomlMutationTests
{
    private const string Document = """
        # a comment
        title = 'MaiBot'
        [mcp_sse]
        enable = true
        server_url = "https://example.com/\u0065vents?\"x\"=\U0001F600"
        read_timeout = 1_000
        jitter = 0.5e-1
        subscribed_events = ["chat.*", 'a', "b"]
        custom_headers = { "X-Key" = "v", Y.z = "\t" }
        retryable_status = [ 404, 0x1F4, 1979-05-27T07:32:00Z ]
        [mcp_sse.servers."one \u00e4"]
        name = '''x'''
        [[bots]]
        id = inf
        [log]
        level = "Debug"

        """;

    private static readonly string[] Scraps =
    [
        "\\u", "\\uD800", "\\uDFFF", "\\U00110000", "\\UFFFFFFFF", "\\u12", "\\x", "\\e", "\\", "\"", "'", "\"\"\"", "'''", "[", "]", "[[", "{", "}", "=", ".", ",", "\n", "\r", "\0", "\u001b",
        "\uFEFF", "😀", "#", "_", "+", "-", "0x", "9999999999999999999", "1e999", "nan", "0000-00-00", "true",
        "mcp_sse", "enable = 1", "\t", " ", "\u0085", "\u2028",
    ];

    [Theory]
    [InlineData("[mcp_sse]\nserver_url = \"\\u", 2)]
    [InlineData("[mcp_sse]\nserver_url = \"\\u\n", 2)]
    [InlineData("[mcp_sse]\nserver_url = \"\\u12", 2)]
    [InlineData("[mcp_sse]\nserver_url = \"\\U0001F60", 2)]
    [InlineData("[mcp_sse]\nserver_url = \"\\uD800\"", 2)]
    [InlineData("[mcp_sse]\nserver_url = \"\\uDE00\\uD83D\"", 2)]
    [InlineData("[mcp_sse]\nserver_url = \"\\U00110000\"", 2)]
    [InlineData("[mcp_sse]\nserver_url = \"\"\"\\uD83D\"\"\"", 2)]
    [InlineData("[mcp_sse]\n\"\\uD800\" = 1", 2)]
    [InlineData("[mcp_sse]\nenable = true\n[\"\\u", 3)]
    public void Should_name_the_line_when_an_escape_is_broken(string text, int line)
    {
        var faults = Should.Throw<McpSseConfigurationException>(() => TomlConfiguration.Parse(text, "x.toml")).Faults;

        faults.ShouldContain(fault => fault.Source == "x.toml" && fault.Line == line && fault.Column > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Should_read_or_name_the_faults_when_a_document_is_broken_anyhow(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 1500; round++)
        {
            var text = Document;
            for (var edits = random.Next(1, 4); edits > 0; edits--)
                text = Edit(text, random);
            ShouldReadOrNameFaults(text);
        }
    }

    [Fact]
    public void Should_read_or_name_the_faults_when_a_document_is_cut_anywhere()
    {
        for (var length = 0; length <= Document.Length; length++)
            ShouldReadOrNameFaults(Document[..length]);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("]")]
    [InlineData("{")]
    [InlineData("a = [")]
    [InlineData("]\n")]
    [InlineData("[\n")]
    [InlineData("\"\n")]
    public void Should_name_at_most_a_hundred_faults_when_there_are_many_thousand(string scrap)
    {
        var faulty = Should.Throw<McpSseConfigurationException>(() => TomlConfiguration.Parse(string.Concat(Enumerable.Repeat(scrap, 100_000 / scrap.Length)), "x.toml"));

        faulty.Faults.Length.ShouldBeLessThanOrEqualTo(101);
        faulty.Message.Length.ShouldBeLessThan(20_000);
    }

    private static string Edit(string text, Random random)
    {
        var at = random.Next(text.Length + 1);
        var scrap = Scraps[random.Next(Scraps.Length)];
        var end = Math.Min(text.Length, at + random.Next(4));
        return random.Next(4) switch
        {
            0 => text[..at] + text[end..],
            1 => text[..at] + scrap + text[end..],
            2 => text[..at] + text[random.Next(text.Length)] + text[at..],
            _ => text[..at] + scrap + text[at..],
        };
    }

    private static void ShouldReadOrNameFaults(string text)
    {
        try
        {
            TomlConfiguration.Parse(text, "x.toml");
        }
        catch (McpSseConfigurationException faulty)
        {
            faulty.Faults.ShouldNotBeEmpty();
            faulty.Faults.ShouldAllBe(fault => fault.Source == "x.toml" && (fault.Line == null || (fault.Line > 0 && fault.Column > 0)));
            faulty.Faults.ShouldContain(fault => fault.Line != null);
        }
        catch (Exception unexpected)
        {
            throw new InvalidOperationException($"{unexpected.GetType().Name} for {text}", unexpected);
        }
    }
}
