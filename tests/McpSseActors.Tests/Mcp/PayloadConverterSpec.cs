using McpSseActors.Events;
using McpSseActors.Mcp;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Tests.Mcp;

/// <summary>The payloads that are read by hand are what the serialiser would make of them.</summary>
public sealed class PayloadConverterSpec
{
    [Theory]
    [InlineData("""{"uri":"demo://a"}""")]
    [InlineData("""{"more":[{"uri":1}],"u\u0072i":"demo:\/\/\u00e9","_meta":{"a":{"b":[1]}}}""")]
    [InlineData("""{"uri":"first","_meta":null,"uri":"last"}""")]
    [InlineData("""{"uri":"first","uri":"last"}""")]
    [InlineData("""{"uri":"\u00e9 é"}""")]
    [InlineData("""{"uri":"é"}""")]
    [InlineData("""{"uri":""}""")]
    [InlineData("""{"uri":"a" }""")]
    public void Should_read_an_update_as_the_serialiser_does(string json)
    {
        var expected = JsonSerializer.Deserialize<ResourceUpdatedNotificationParams>(json, McpJsonUtilities.DefaultOptions)!;

        var read = Read(json, new ResourceUpdatedConverter());

        read.Uri.ShouldBe(expected.Uri);
        read.Meta?.ToJsonString().ShouldBe(expected.Meta?.ToJsonString());
    }

    [Theory]
    [InlineData("""{"level":"info","logger":"x","data":{"a":[1]}}""")]
    [InlineData("""{"data":"text","more":{"level":1},"level":"error"}""")]
    [InlineData("""{"level":"info","logger":null,"data":null}""")]
    [InlineData("""{"level":"info"}""")]
    [InlineData("""{"level":"info","logger":"x","data":3.5}""")]
    [InlineData("""{"level":"info","logger":"\u0078","data":"\u0078\n"}""")]
    [InlineData("""{"level":"info","logger":"x","data":[1], "_meta":{}}""")]
    [InlineData("""{"level":"info","logger":"x","data":{"a":1},"level":"error"}""")]
    public void Should_read_a_log_message_as_the_serialiser_does(string json)
    {
        var expected = JsonSerializer.Deserialize(json, McpEventJson.Default.McpLogEvent)!;

        var read = Read(json, new LogEventConverter());

        (read.Level, read.Logger, read.Data.ValueKind).ShouldBe((expected.Level, expected.Logger, expected.Data.ValueKind));
        if (read.Data.ValueKind is not JsonValueKind.Undefined)
            read.Data.GetRawText().ShouldBe(expected.Data.GetRawText());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"uri":"}""")]
    [InlineData("{\"uri\":\"a\tb\"}")]
    [InlineData("""{"uri":"a","level":"info"} x""")]
    [InlineData("""{"level":"info","logger":"x","data":}""")]
    [InlineData("""{"level":"info","logger":"x","data":1""")]
    [InlineData("""{"level":"info","logger":"x","data":}}""")]
    [InlineData("""{"uri":"\uD800","level":"\uD800"}""")]
    [InlineData("""{"uri":1,"level":1}""")]
    [InlineData("""{"uri":null,"level":null}""")]
    [InlineData("""{"uri":"a","level":"info","_meta":1,"logger":1}""")]
    public void Should_refuse_what_does_not_fit(string json)
    {
        Fits(json, new ResourceUpdatedConverter()).ShouldBeFalse();
        Fits(json, new LogEventConverter()).ShouldBeFalse();
    }

    private static T Read<T>(string json, PayloadConverter<T> converter)
        where T : class =>
        converter.Read(Encoding.UTF8.GetBytes(json))!;

    private static bool Fits<T>(string json, PayloadConverter<T> converter)
        where T : class
    {
        var mapping = PayloadMapping.Of<T>("x", converter.Read);
        return mapping.Read(Encoding.UTF8.GetBytes(json), out _) is not null;
    }
}
