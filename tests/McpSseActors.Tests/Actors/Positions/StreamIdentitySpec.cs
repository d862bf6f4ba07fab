using McpSseActors.Actors.Positions;

namespace McpSseActors.Tests.Actors.Positions;

/// <summary>What a stored position belongs to.</summary>
[Trait("Category", "Durability")]
public sealed class StreamIdentitySpec
{
    private const string Url = "https://example.com/events";

    [Theory]
    [InlineData(Url, Url + "?token=new")]
    [InlineData(Url + "?token=old", Url + "?token=new#here")]
    [InlineData("https://EXAMPLE.com:443/events", Url)]
    public void Should_use_a_position_when_the_query_has_changed(string before, string now) => Refuse(At(before), At(now)).ShouldBeNull();

    [Theory]
    [InlineData("https://example.com/other")]
    [InlineData("https://example.org/events")]
    [InlineData("http://example.com/events")]
    [InlineData("https://example.com:8443/events")]
    public void Should_refuse_a_position_when_server_or_path_have_changed(string before) =>
        Refuse(At(before + "?secret=1"), At(Url + "?secret=2")).ShouldBe($"it is one of {before} and not of {Url}");

    [Theory]
    [InlineData("sse", "streamable-http", "it is one of the transport sse and not of streamable-http")]
    [InlineData("auto", "sse", "it is one of the transport auto and not of sse")]
    [InlineData("http-sse", "streamable-http", "it is one of the transport http-sse and not of streamable-http")]
    [InlineData("auto", "streamable-http", null)]
    [InlineData("subscriptions", "auto", null)]
    public void Should_refuse_a_position_of_another_transport(string before, string now, string? reason) =>
        Refuse(Over(before), Over(now)).ShouldBe(reason);

    [Fact]
    public void Should_use_a_position_when_a_secret_was_replaced()
    {
        Refuse(Basic("ana", "old"), Basic("ana", "new")).ShouldBeNull();
        Refuse(With(Jwt("""{"iss":"https://id","sub":"42","exp":1}""")), With(Jwt("""{"exp":2,"sub":"42","iss":"https://id"}"""))).ShouldBeNull();
        Refuse(With("opaque-1"), With("opaque-2")).ShouldBeNull();
    }

    [Fact]
    public void Should_refuse_a_position_of_another_principal()
    {
        const string Reason = "it is one of another principal: the user name, or the subject of the token, has changed";
        var ana = """{"iss":"https://id","sub":"ana"}""";

        Refuse(Basic("ana", "1"), Basic("eva", "1")).ShouldBe(Reason);
        Refuse(With(Jwt(ana)), With(Jwt("""{"iss":"https://id","sub":"eva"}"""))).ShouldBe(Reason);
        Refuse(With(Jwt(ana)), With(Jwt("""{"iss":"https://other","sub":"ana"}"""))).ShouldBe(Reason);
        Refuse(With(Jwt(ana)), Header($"bearer {Jwt(ana)}")).ShouldBeNull();
    }

    [Theory]
    [InlineData("opaque")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("a.e30.c")] // {}
    [InlineData("a.W10.c")] // []
    [InlineData("a.eyJzdWIiOjF9.c")] // {"sub":1}
    [InlineData("a.YQ.c")] // a
    public void Should_match_anything_when_a_token_does_not_say_whose_it_is(string token)
    {
        StreamIdentity.Of(With(token)).Principal.ShouldBeEmpty();
        Refuse(Basic("ana", "1"), With(token)).ShouldBeNull();
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic %%%")]
    [InlineData("Basic YW5h")] // no colon
    [InlineData("Digest username=\"ana\"")]
    public void Should_match_anything_when_a_header_does_not_say_whose_it_is(string header) =>
        StreamIdentity.Of(Header(header)).Principal.ShouldBeEmpty();

    [Fact]
    public void Should_not_know_the_principal_when_a_source_gives_the_tokens() =>
        StreamIdentity.Of(With(Jwt("""{"sub":"1"}""")) with { Credentials = (_, _) => ValueTask.FromResult<string?>("") }).Principal.ShouldBeEmpty();

    [Fact]
    public void Should_store_no_word_of_the_principal()
    {
        var identity = StreamIdentity.Of(Basic("ana", "s3cret"));

        identity.Principal.ShouldMatch("^[0-9a-f]{32}$");
        identity.Principal.ShouldNotBe(StreamIdentity.Of(Basic("ana", "s3cret") with { ServerUrl = "https://example.org/events" }).Principal, "the same user elsewhere is not recognised");
    }

    private static string? Refuse(StreamOptions before, StreamOptions now) => StreamIdentity.Of(now).Refuse(StreamIdentity.Of(before));

    private static StreamOptions At(string url) => new() { ServerUrl = url };

    private static StreamOptions Over(string transport) => new() { ServerUrl = Url, Transport = StreamTransport.Parse(transport) };

    private static StreamOptions With(string token) => new() { ServerUrl = Url, AuthKey = token };

    private static StreamOptions Basic(string user, string password) => Header($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}");

    private static StreamOptions Header(string authorization) =>
        new() { ServerUrl = Url, CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("authorization", authorization) };

    private static string Jwt(string claims) =>
        $"e30.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln";
}
