using System.Text.Json.Serialization;
using McpSseActors.Actors.Parser;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Events;

/// <summary>Payloads, from the data of an event to what handlers get.</summary>
public sealed class PayloadMappingSpec
{
    [Fact]
    public void Should_give_the_payload_when_it_fits()
    {
        var typed = Decode("""{"text":"hello","unknown":1}""", PayloadMapping.Of<Chat>("chat.*", options: null), out var rejected);

        typed.ShouldBeOfType<McpEvent<Chat>>().Payload.ShouldBe(new Chat("hello", 0));
        rejected.ShouldBeNull();
        (typed.Stream, typed.EventType, typed.EventId, typed.Retry, typed.Timestamp, typed.Text)
            .ShouldBe(("s", "chat.message", "7", null, DateTimeOffset.UnixEpoch, """{"text":"hello","unknown":1}"""));
    }

    [Fact]
    public void Should_give_the_payload_when_the_type_info_is_generated() =>
        Decode("3", PayloadMapping.Of("chat.*", Generated.Default.Int32), out _).ShouldBeOfType<McpEvent<int>>().Payload.ShouldBe(3);

    [Fact]
    public void Should_take_the_first_when_several_mappings_fit() =>
        Decode("3", [PayloadMapping.Of<Chat>("user.*", options: null), PayloadMapping.Of<int>("chat.**", options: null), PayloadMapping.Of<long>("*", options: null)], [], out _)
            .ShouldBeOfType<McpEvent<int>>();

    [Fact]
    public void Should_leave_it_alone_when_nobody_is_subscribed_to_it() =>
        Decode("no JSON", [PayloadMapping.Of<Chat>("*", options: null)], ["user.*"], out var rejected).ShouldBeOfType<McpEvent>(rejected?.Reason);

    [Theory]
    [InlineData("null", "it is null")]
    [InlineData("", "it does not fit at $ (line 1, byte 0)")]
    [InlineData("secret", "it does not fit at $ (line 1, byte 0)")]
    [InlineData("{\n\"number\":\"secret\"}", "it does not fit at $.number (line 2, byte 17)")]
    [InlineData("""{"text":"bad"}""", "ArgumentException was thrown")]
    public void Should_say_why_and_nothing_of_the_data_when_it_does_not_fit(string data, string reason)
    {
        var plain = Decode(data, PayloadMapping.Of<Chat>("*", options: null), out var rejected);

        plain.ShouldBeOfType<McpEvent>();
        rejected.ShouldBe(new PayloadRejected(plain, typeof(Chat).ToString(), reason));
    }

    [Fact]
    public void Should_show_no_control_characters_when_a_key_has_them()
    {
        Decode("""{"a\nb":"x"}""", PayloadMapping.Of<Dictionary<string, int>>("*", options: null), out var rejected);
        rejected.ShouldNotBeNull().Reason.ShouldNotContain('\n');

        Decode($$"""{"{{new string('k', 1000)}}":"x"}""", PayloadMapping.Of<Dictionary<string, int>>("*", options: null), out rejected);
        rejected.ShouldNotBeNull().Reason.Length.ShouldBeLessThan(300);
    }

    [Fact]
    public void Should_reject_when_the_payload_type_cannot_be_read_at_all()
    {
        Decode("{}", PayloadMapping.Of<IDisposable>("*", options: null), out var rejected);

        rejected.ShouldNotBeNull().Reason.ShouldBe("NotSupportedException was thrown");
    }

    [Fact]
    public void Should_go_on_when_there_are_more_types_than_it_remembers()
    {
        var builder = Builder([PayloadMapping.Of<int>("*", options: null)], [], maxTypes: 2);

        for (var i = 0; i < 10; i++)
            Decode(builder, "1", $"type-{i}", out _).ShouldBeOfType<McpEvent<int>>();
    }

    [Fact]
    public void Should_give_the_payload_when_a_reconnection_time_came_with_it() =>
        Decode(Builder([PayloadMapping.Of<int>("*", options: null)], []), "3", "a", out _, retry: 1000).ShouldBeOfType<McpEvent<int>>().Retry.ShouldBe(TimeSpan.FromSeconds(1));

    [Fact]
    public void Should_give_the_payload_to_batches_of_its_type_only()
    {
        var builder = Builder([PayloadMapping.Of<int>("number", options: null)], []);
        builder.Begin(DateTimeOffset.UnixEpoch, 0);
        foreach (var type in (string[])["other", "number", "other"])
            builder.Finds.OnEvent(new SseEvent { Type = Encoding.UTF8.GetBytes(type), Data = "3"u8 });
        builder.Finds.OnEvent(new SseEvent { Type = "number"u8, Data = "4"u8, RetryMilliseconds = 1 });
        builder.Finds.OnEvent(new SseEvent { Type = "number"u8, Data = "no number"u8 });
        var events = builder.Build(1, 0, StreamPosition.Start, default).Events;

        Enumerable.Range(0, events.Count).Select(i => events.TryGetPayload(i, out int number) ? number : 0).ShouldBe([0, 3, 0, 4, 0]);
        Enumerable.Range(0, events.Count).Count(i => events.TryGetPayload(i, out string? _)).ShouldBe(0);
        Enumerable.Range(0, events.Count).Select(i => (events.ToEvent(i) as McpEvent<int>)?.Payload).ShouldBe([null, 3, null, 4, null]);
    }

    private static McpEvent Decode(string data, PayloadMapping mapping, out PayloadRejected? rejected) => Decode(data, [mapping], [], out rejected);

    private static McpEvent Decode(string data, PayloadMapping[] mappings, string[] subscribed, out PayloadRejected? rejected) =>
        Decode(Builder(mappings, subscribed), data, "chat.message", out rejected);

    private static McpEvent Decode(BatchBuilder builder, string data, string type, out PayloadRejected? rejected, long? retry = null)
    {
        builder.Begin(DateTimeOffset.UnixEpoch, data.Length);
        builder.Finds.OnEvent(new SseEvent { Type = Encoding.UTF8.GetBytes(type), Data = Encoding.UTF8.GetBytes(data), HasId = true, LastEventId = "7"u8, RetryMilliseconds = retry });
        var batch = builder.Build(1, data.Length, new StreamPosition("7"), default);
        rejected = batch.Rejected.SingleOrDefault();
        return batch.Events.ToEvent(0);
    }

    private static BatchBuilder Builder(PayloadMapping[] mappings, string[] subscribed, int maxTypes = 10) =>
        new("s", maxTypes, deliverComments: false, new PayloadMappings(mappings, new Subscription(subscribed), maxTypes), new StreamCursor());

    public sealed record Chat
    {
        public Chat(string text, int number)
        {
            if (text == "bad")
                throw new ArgumentException("secret", nameof(text));
            (Text, Number) = (text, number);
        }

        public string Text { get; }

        public int Number { get; }
    }
}

[JsonSerializable(typeof(int))]
internal sealed partial class Generated : JsonSerializerContext;
