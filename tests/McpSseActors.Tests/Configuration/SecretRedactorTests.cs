namespace McpSseActors.Tests.Configuration;

public sealed class SecretRedactorTests
{
    private static readonly SecretRedactor Redactor = new(new StreamOptions
    {
        AuthKey = "t0p-secret+key/9",
        ServerUrl = "https://u5er:pa55word@example.com/events?stream=ch4nnel-1&token=s%20p%C3%A4ce",
        HttpBody = """{"stream":"server","password":"b0dy-\"value"}""",
    });

    [Fact]
    public void Should_hide_a_secret_that_is_deep_in_the_body()
    {
        var body = $"{new string('[', 500)}{{\"password\":\"d33p-value\"}}{new string(']', 500)}";

        new SecretRedactor(new StreamOptions { HttpBody = body }).Redact("it repeats d33p-value").ShouldNotContain("d33p");
    }

    [Theory]
    [InlineData("t0p-secret+key/9")]
    [InlineData("T0P-SECRET+KEY/9")]
    [InlineData("t0psecretkey9")]
    [InlineData("t0p_secret_key_9")]
    [InlineData("t0p%2Dsecret%2bkey%2f9")]
    [InlineData("t0p%252Dsecret%252bkey%252f9")]
    [InlineData("\\u00740p\\u002dsecret\\u002Bkey\\/9")]
    [InlineData("&#116;0p&#x2d;secret&plus;key&sol;9")]
    [InlineData("7430702d7365637265742b6b65792f39")]
    [InlineData("74:30:70:2D:73:65:63:72:65:74:2B:6B:65:79:2F:39")]
    [InlineData("dDBwLXNlY3JldCtrZXkvOQ==")]
    [InlineData("dDBwLXNlY3JldCtrZXkvOQ")]
    [InlineData("dXNlcjp0MHAtc2VjcmV0K2tleS85")]
    [InlineData("YTp0MHAtc2VjcmV0K2tleS85")]
    [InlineData("dDBwLXNlY3JldCtrZXkvOQ%3D%3D")]
    [InlineData("\\164\\060\\160\\055\\163\\145\\143\\162\\145\\164\\053\\153\\145\\171\\057\\071")]
    [InlineData(
        "\\U00000074\\U00000030\\U00000070\\U0000002d\\U00000073\\U00000065\\U00000063\\U00000072\\U00000065\\U00000074"
        + "\\U0000002b\\U0000006b\\U00000065\\U00000079\\U0000002f\\U00000039")]
    [InlineData("\\u{74}\\u{30}\\u{70}\\u{2d}\\u{73}\\u{65}\\u{63}\\u{72}\\u{65}\\u{74}\\u{2b}\\u{6b}\\u{65}\\u{79}\\u{2f}\\u{39}")]
    [InlineData("%u0074%u0030%u0070%u002d%u0073%u0065%u0063%u0072%u0065%u0074%u002b%u006b%u0065%u0079%u002f%u0039")]
    [InlineData("&#116&#48&#112&#45&#115&#101&#99&#114&#101&#116&#43&#107&#101&#121&#47&#57")]
    [InlineData("&#x74&#x30&#x70&#x2d&#x73&#x65&#x63&#x72&#x65&#x74&#x2b&#x6b&#x65&#x79&#x2f&#x39")]
    [InlineData("0x74 0x30 0x70 0x2d 0x73 0x65 0x63 0x72 0x65 0x74 0x2b 0x6b 0x65 0x79 0x2f 0x39")]
    [InlineData("ZERCd0xYTmxZM0psZEN0clpYa3ZPUT09")]
    [InlineData("UW1WaGNtVnlJSFF3Y0MxelpXTnlaWFFyYTJWNUx6az0=")]
    [InlineData("OQYHALLTMVRXEZLUFNVWK6JPHE")]
    [InlineData("dAAwAHAALQBzAGUAYwByAGUAdAArAGsAZQB5AC8AOQA")]
    [InlineData("pa55word")]
    [InlineData("dTVlcjpwYTU1d29yZA==")]
    [InlineData("ch4nnel-1")]
    [InlineData("s%20p%C3%A4ce")]
    [InlineData("s pÄce")]
    [InlineData("b0dy-\"value")]
    [InlineData("b0dy-\\\"value")]
    public void Should_hide_a_secret_when_it_is_encoded(string echo) => Redactor.Redact($"the server said '{echo}' twice: {echo}.").ShouldBe("the server said '***' twice: ***.");

    [Fact]
    public void Should_leave_our_own_words_when_a_name_or_a_value_is_one_of_them() =>
        Redactor.Redact("the server ended the stream; check the token and password").ShouldBe("the server ended the stream; check the token and password");

    [Fact]
    public void Should_show_nothing_of_a_secret_when_a_text_is_cut_within_it()
    {
        for (var between = 0; between <= 16; between++)
            Redactor.Redact(string.Concat(Enumerable.Repeat("t0p-secret+key/9", 4095)) + new string(' ', between) + "t0p-secret+key/9").ShouldNotContain("t0p");
    }

    [Theory]
    [InlineData("a\u001b[2Jb\r\nc\u2028d\u202Ee\u2066f\u200Fg", "a\uFFFD[2Jb\uFFFD\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg")]
    [InlineData("😀", "😀")]
    public void Should_show_no_character_that_a_terminal_acts_on(string text, string shown) => Redactor.Redact(text).ShouldBe(shown);

    [Fact]
    public void Should_show_no_half_of_a_character() => Redactor.Redact("a" + '\uD83D' + "b" + '\uDE00').ShouldBe("a\uFFFDb\uFFFD");

    [Fact]
    public void Should_cut_between_characters()
    {
        var shown = Redactor.Redact(new string('x', 399) + "😀😀");

        shown.ShouldBe(new string('x', 399) + "…");
    }
}
