using McpSseActors.Actors.Positions;
using McpSseActors.Mcp;
using McpSseActors.Sse;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Tests.Actors.Positions;

/// <summary>Where a stream begins that has a stored position.</summary>
[Trait("Category", "Durability")]
public sealed class ResumePointSpec
{
    private static readonly DateTimeOffset Then = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly StreamOptions Options = new() { ServerUrl = "https://example.com/events", InitialLastEventId = "first", AuthKey = "k" };

    [Fact]
    public void Should_begin_where_the_options_say_when_nothing_is_stored() =>
        ResumePoint.Of(Options, stored: null).ShouldBe(new ResumePoint(new StreamPosition("first")));

    [Fact]
    public void Should_begin_where_the_stored_position_is()
    {
        var position = new StreamPosition("17", TimeSpan.FromMilliseconds(1500));

        ResumePoint.Of(Options, Stored(position, Options, ahead: 3)).ShouldBe(new ResumePoint(position, 3, Then));
    }

    [Fact]
    public void Should_go_on_in_the_stored_session()
    {
        var session = new McpSession(new Uri("https://example.com/mcp"), "secret", "2025-11-25", new ServerCapabilities { Resources = new ResourcesCapability() });

        var resumed = (McpSession)ResumePoint.Of(Options, Stored(new StreamPosition("1", Session: session), Options)).Position.Session!;

        (resumed.Url, resumed.Id, resumed.Version).ShouldBe((session.Url, session.Id, session.Version));
        resumed.Capabilities.Resources.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(7, 8, false)]
    [InlineData(7, 9, true)]
    [InlineData(null, 9, true)]
    [InlineData(null, 1, false)]
    public void Should_know_that_an_owner_has_saved_nothing(int? savedBy, long token, bool isSilent)
    {
        var text = new PositionText(new StreamPosition("1") { Of = StreamIdentity.Of(Options) }) { Token = savedBy }.Write();

        ResumePoint.Of(Options, new StoredPosition(text, Then), token).HasSilentOwner.ShouldBe(isSilent);
        ResumePoint.Of(Options, stored: null, token: 1).HasSilentOwner.ShouldBeFalse("it is the first owner");
        ResumePoint.Of(Options, stored: null, token: 2).HasSilentOwner.ShouldBeTrue();
        ResumePoint.Of(Options, new StoredPosition("of a later version", Then), token: 2).HasSilentOwner.ShouldBeTrue();
        ResumePoint.Of(Options with { ServerUrl = "https://example.com/other" }, new StoredPosition(text, Then), token: 2).HasSilentOwner.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, false)]
    public void Should_know_that_an_owner_has_saved_only_where_it_began(int ahead, bool isSilent)
    {
        var text = new PositionText(new StreamPosition("1") { Of = StreamIdentity.Of(Options) }) { Token = 7, IsOpen = true, Ahead = ahead }.Write();

        ResumePoint.Of(Options, new StoredPosition(text, Then), token: 8).HasSilentOwner.ShouldBe(isSilent);
    }

    [Theory]
    [InlineData(null, 1, false)]
    [InlineData(null, 2, true)]
    [InlineData(8, 9, false)]
    [InlineData(7, 9, true)]
    public void Should_expect_repeats_after_an_owner_that_has_saved_nothing(int? savedBy, long token, bool isOpen)
    {
        var stored = savedBy is null ? null : Stored(new StreamPosition("1"), Options, savedBy);
        var ofAnother = savedBy is null ? null : Stored(new StreamPosition("1"), Options with { ServerUrl = "https://example.com/other" }, savedBy);

        ResumePoint.Of(Options, stored, token).IsOpen.ShouldBe(isOpen);
        ResumePoint.Of(Options, ofAnother, token).IsOpen.ShouldBe(isOpen);
    }

    [Fact]
    public void Should_store_no_secret_of_the_address_with_the_session()
    {
        var session = new McpSession(new Uri("https://user:secret@example.com/mcp?api_key=secret"), "7", "2025-11-25", new ServerCapabilities());

        Stored(new StreamPosition("1", Session: session), Options).Value.ShouldNotContain("secret");
        session.Url.ShouldBe(McpSession.ServerOf(new Uri("https://example.com/mcp?api_key=another")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("""{"of":"https://example.com/events"}""")]
    [InlineData("""{"of":"https://example.com/events","id":17}""")]
    [InlineData("""{"of":"https://example.com/events","id":"17","session":{"url":"no URL"}}""")]
    public void Should_say_so_when_the_stored_position_cannot_be_read(string text) =>
        ResumePoint.Of(Options, new StoredPosition(text, Then)).ShouldBe(new ResumePoint(new StreamPosition("first")) { Refusal = "this version cannot read it" });

    [Fact]
    public void Should_say_so_when_the_stored_position_is_of_another_stream()
    {
        var point = ResumePoint.Of(Options, Stored(new StreamPosition("17"), Options with { ServerUrl = "https://example.com/other" }));

        (point.Position.LastEventId, point.Since).ShouldBe(("first", null));
        point.Refusal.ShouldBe("it is one of https://example.com/other and not of https://example.com/events");
    }

    [Fact]
    public void Should_read_what_a_former_version_wrote_and_a_later_one_will() =>
        ResumePoint.Of(Options, new StoredPosition("""{"of":"https://example.com/events","id":"17","later":{"a":1}}""", Then)).ShouldBe(new ResumePoint(new StreamPosition("17"), 0, Then));

    private static StoredPosition Stored(StreamPosition position, StreamOptions options, long? token = null, long ahead = 0) =>
        new(new PositionText(position with { Of = StreamIdentity.Of(options) }) { Token = token, Ahead = ahead }.Write(), Then);
}
