using System.Diagnostics;

namespace McpSseActors.Tests.Telemetry;

/// <summary>The trace context of an event is the parent of its handling, if it is one.</summary>
public sealed class TraceContextSpec
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string Parent = $"00-{TraceId}-b7ad6b7169203331-01";

    [Theory]
    [InlineData($$$$"""{"_meta":{"traceparent":"{{{{Parent}}}}","tracestate":"vendor=1"}}""")]
    [InlineData($$$$"""{"jsonrpc":"2.0","method":"x","params":{"_meta":{"traceparent":"{{{{Parent}}}}","tracestate":"vendor=1"}}}""")]
    [InlineData($$$$"""{"_meta":{"progressToken":1},"params":{"_meta":{"traceparent":"{{{{Parent}}}}","tracestate":"vendor=1"}}}""")]
    public void Should_be_the_parent_when_the_payload_brings_it(string payload)
    {
        using var spans = new Spans("context");
        using var span = Event(payload).StartHandling("h").ShouldNotBeNull();

        span.TraceId.ToHexString().ShouldBe(TraceId);
        span.ParentSpanId.ToHexString().ShouldBe("b7ad6b7169203331");
        span.TraceStateString.ShouldBe("vendor=1");
        span.HasRemoteParent.ShouldBeTrue();
    }

    [Theory]
    [InlineData("no JSON \"traceparent\"")]
    [InlineData("""["traceparent"]""")]
    [InlineData($$$$"""{"traceparent":"{{{{Parent}}}}"}""")]
    [InlineData("""{"_meta":"traceparent"}""")]
    [InlineData("""{"_meta":{"traceparent":7}}""")]
    [InlineData("""{"_meta":{"traceparent":null}}""")]
    [InlineData("""{"_meta":{"traceparent":""}}""")]
    [InlineData("""{"_meta":{"traceparent":"\ud800"}}""")]
    [InlineData("""{"_meta":{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"}}""")]
    [InlineData("""{"_meta":{"traceparent":"00-00000000000000000000000000000000-b7ad6b7169203331-01"}}""")]
    [InlineData("""{"_meta":{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"}}""")]
    [InlineData("""{"_meta":{"traceparent":"00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01"}}""")]
    [InlineData("""{"_meta":{"traceparent":"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}""")]
    [InlineData("""{"params":["traceparent"],"_meta":[]}""")]
    public void Should_begin_a_trace_of_its_own_when_the_context_is_malformed(string payload)
    {
        using var spans = new Spans("context");
        using var span = Event(payload).StartHandling("h").ShouldNotBeNull();

        span.ParentSpanId.ShouldBe(default);
        span.TraceId.ToHexString().ShouldNotBe(TraceId);
        span.HasRemoteParent.ShouldBeFalse();
    }

    [Theory]
    [InlineData("""a=1\r\nX-Evil: 1""")]
    [InlineData("a=é")]
    [InlineData(null)]
    public void Should_leave_out_a_state_that_is_not_fit_for_a_header(string? state)
    {
        using var spans = new Spans("context");
        var json = $$$"""{"_meta":{"traceparent":"{{{Parent}}}","tracestate":"{{{state ?? new string('x', 513)}}}"}}""";
        using var span = Event(json).StartHandling("h").ShouldNotBeNull();

        span.TraceId.ToHexString().ShouldBe(TraceId);
        span.TraceStateString.ShouldBeNull();
    }

    [Fact]
    public void Should_be_no_current_span_when_the_handling_is_over()
    {
        using var spans = new Spans("context");
        Activity.Current.ShouldBeNull();
        Event("{}").StartHandling("h").ShouldNotBeNull().Dispose();

        Activity.Current.ShouldBeNull();
    }

    private static McpEvent Event(string payload) => new("context", "a", Encoding.UTF8.GetBytes(payload), DateTimeOffset.UnixEpoch);
}
