using CsCheck;
using McpSseActors.Mcp;

namespace McpSseActors.Tests.Mcp;

/// <summary>Reading JSON-RPC 2.0.</summary>
public sealed class JsonRpcSpec
{
    private const int Iterations = 20_000;

    private static Gen<byte[]> Token { get; } = Gen.OneOf(
        Texts("{", "}", "[", "]", ",", ":", "\"", "\\", "\"jsonrpc\":\"2.0\"", "\"jsonrpc\"", "\"2.0\"", "\"method\":\"a\"", "\"method\"", "\"id\":1", "\"id\"",
            "\"params\":{}", "\"params\"", "\"result\":{}", "\"error\":{}", "\"error\"", "null", "true", "1", "1e999", "-", "\"\\uD800\"", "\"\\u0061\"", "é", " ", "\n", "\0"),
        Gen.Byte.Array[0, 4]);

    private static Gen<byte[]> Text { get; } = Token.Array[0, 30].Select(tokens => tokens.SelectMany(token => token).ToArray());

    private static Gen<byte[]> Usual { get; } =
        from start in Texts("{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":", "{\"method\":\"a\",\"params\":", "{\"method\":\"\\u0061\\\",\"params\":", "{\"method\":\"\"")
        from tokens in Token.Array[0, 6]
        from end in Texts("}", ",\"jsonrpc\":\"2.0\"}", "\"2.0\"}", "")
        select (byte[])[.. start, .. tokens.SelectMany(token => token), .. end];

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"a"}""", "notification a ")]
    [InlineData("""{"params":{"x":[1]},"method":"a","jsonrpc":"2.0","more":{"id":1}}""", """notification a {"x":[1]}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a\/b\u002Fc"}""", "notification a/b/c ")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"x":[1]}}""", """notification a {"x":[1]}""")]
    [InlineData("""{"method":"a","params":{"x":[1]},"jsonrpc":"2.0"}""", """notification a {"x":[1]}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a\/b","params":{}}""", "notification a/b {}")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"x":1},"id":7}""", "request a 7")]
    [InlineData("""{"method":"a","params":{"jsonrpc":"2.0"},"more":",","jsonrpc":"2.0"}""", """notification a {"jsonrpc":"2.0"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"ping"}""", "request ping \"x\"")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{"a":1}}""", """response 7 {"a":1} """)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":null}""", "response 7 null ")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":1}}""", """response null  {"code":1}""")]
    [InlineData(" {\n\"jsonrpc\" : \"2.0\",\r\n\"method\":\"a\"}\n", "notification a ")]
    [InlineData("""[{"jsonrpc":"2.0","method":"a"},{"jsonrpc":"2.0","id":1,"method":"b"}]""", "notification a |request b 1")]
    [InlineData("""[{"jsonrpc":"2.0","method":"a"},1,[],{"jsonrpc":"2.0","method":"b"}]""", "notification a |malformed|malformed|notification b ")]
    [InlineData("""[{"jsonrpc":"2.0","method":"a"},{"jso""", "notification a |malformed")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","id":null}""", "notification a ")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"a","params":{}}""", "notification a {}")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{},"error":null}""", "response 1 {} ")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":null,"result":{}}""", "response 1 {} ")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":null,"result":null}""", "response 1 null ")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":null,"error":{"code":1}}""", """response 1  {"code":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":null,"params":null,"result":{}}""", "response 1 {} ")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":null}""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":null}""", "malformed")]
    [InlineData("\uFEFF{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{}}", "notification a {}")]
    [InlineData("\uFEFF[{\"jsonrpc\":\"2.0\",\"method\":\"a\"}]", "notification a ")]
    [InlineData("\r\n \uFEFF\uFEFF {\"jsonrpc\":\"2.0\",\"method\":\"a\"}", "notification a ")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":null}""", "notification a ")]
    [InlineData("""{"jsonrpc":"2.0","params": null ,"method":"a"}""", "notification a ")]
    [InlineData("""{"jsonrpc":"2.0","error":{"code":1}}""", """response null  {"code":1}""")]
    [InlineData("\uFEFF", "malformed")]
    [InlineData("[]", "")]
    [InlineData("{}", "")]
    [InlineData("{ }", "")]
    [InlineData("{}\n", "")]
    [InlineData("", "malformed")]
    [InlineData("1", "malformed")]
    [InlineData("null", "malformed")]
    [InlineData("\"{}\"", "malformed")]
    [InlineData("prime", "malformed")]
    [InlineData("""{"method":"a"}""", "malformed")]
    [InlineData("""{"jsonrpc":"1.0","method":"a"}""", "malformed")]
    [InlineData("""{"jsonrpc":2.0,"method":"a"}""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0"}""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0","method":""}""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0","method":1}""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0","result":{}}""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0","method":"a"} x""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":}""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"x":tru}}""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{}}}""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0","method":"","params":{}}""", "malformed")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"a\u0001\",\"params\":{}}", "malformed")]
    [InlineData("""{"method":"a","params":{},"jsonrpc":"1.0"}""", "malformed")]
    [InlineData("""{"method":"a","params":{}}""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0","method":"\uD800"}""", "malformed")]
    [InlineData("""{"jsonrpc":"2.0","\uD800":1,"method":"a"}""", "malformed")]
    public void Should_find_what_a_text_holds(string json, string found) => string.Join('|', Read(Encoding.UTF8.GetBytes(json))).ShouldBe(found);

    [Theory]
    [InlineData("1", 1)]
    [InlineData("\"1\"", 1)]
    [InlineData("1.0", 1)]
    [InlineData("\"1.0\"", 1)]
    [InlineData("\"\\u0031\"", 1)]
    [InlineData("\"\\uD800\"", null)]
    [InlineData("1e0", 1)]
    [InlineData("10E-1", 1)]
    [InlineData("0.1e+1", 1)]
    [InlineData("9007199254740993", 9007199254740993)]
    [InlineData("1.5", null)]
    [InlineData("1e999", null)]
    [InlineData("\"\"", null)]
    [InlineData("\"", null)]
    [InlineData("\"x\"", null)]
    [InlineData("\"NaN\"", null)]
    [InlineData("true", null)]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    [InlineData("[1]", null)]
    public void Should_read_an_ID_by_its_value(string json, object? id) =>
        (JsonRpc.TryReadId(Encoding.UTF8.GetBytes(json), out var found) ? found : (long?)null)
            .ShouldBe(id is null ? null : Convert.ToInt64(id, System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public async Task Should_read_an_answer_as_deep_as_any_message()
    {
        var result = Encoding.UTF8.GetBytes($$"""{"a":{{new string('[', 900)}}{{new string(']', 900)}}}""");
        var (answer, pending) = (new RpcAnswer(1, new SecretRedactor(new StreamOptions())), new PendingRequests());
        var waiting = pending.Add(1);

        JsonRpc.Read([.. """{"jsonrpc":"2.0","id":1,"result":"""u8, .. result, (byte)'}'], answer);
        pending.Answer("1"u8, result);

        answer.Result.ShouldNotBeNull().GetProperty("a").GetArrayLength().ShouldBe(1);
        (await Support.Within.LimitAsync(waiting)).GetProperty("a").GetArrayLength().ShouldBe(1);
        RpcException.From([.. """{"code":1,"message":"no","data":"""u8, .. result, (byte)'}'], new SecretRedactor(new StreamOptions())).Message.ShouldBe("error 1: no");
    }

    [Theory]
    [InlineData(900, "notification a ")]
    [InlineData(2000, "malformed")]
    public void Should_bound_the_depth(int depth, string found)
    {
        var json = $$"""{"jsonrpc":"2.0","method":"a","other": {{new string('[', depth)}}{{new string(']', depth)}} }""";
        Read(Encoding.UTF8.GetBytes(json)).ShouldBe([found]);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"a\u0062","params":{"n":[1,{"é":null}]}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"a","params":{"n":[1,{"é":null}]}}""")]
    [InlineData("""{"method":"a","params":{"n":[1,{"é":null}]},"jsonrpc":"2.0"}""")]
    public void Should_find_nothing_but_a_fault_when_a_message_is_cut(string message)
    {
        var json = Encoding.UTF8.GetBytes(message);
        for (var length = 0; length < json.Length; length++)
            Read(json[..length]).ShouldBe(["malformed"]);
    }

    // A space after the bracket makes a message one that is read member by member.
    [Fact]
    public void Should_find_the_same_when_a_message_has_the_usual_form() => Usual.Sample(
        text => Read(text).ShouldBe(Read([text[0], (byte)' ', .. text.AsSpan(1)])), iter: Iterations);

    [Fact]
    public void Should_never_throw_whatever_comes() => Text.Sample(text => Read(text).ShouldNotBeNull(), iter: Iterations);

    private static List<string> Read(byte[] json)
    {
        var sink = new Sink();
        JsonRpc.Read(json, sink);
        return sink.Found;
    }

    private static Gen<byte[]> Texts(params string[] texts) => Gen.OneOf(texts.Select(Encoding.UTF8.GetBytes).ToArray());

    private sealed class Sink : IJsonRpcSink
    {
        public List<string> Found { get; } = [];

        public void OnNotification(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters) => Found.Add($"notification {Encoding.UTF8.GetString(method)} {Encoding.UTF8.GetString(parameters)}");

        public void OnRequest(ReadOnlySpan<byte> method, ReadOnlySpan<byte> id) => Found.Add($"request {Encoding.UTF8.GetString(method)} {Encoding.UTF8.GetString(id)}");

        public void OnResponse(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error) =>
            Found.Add($"response {Encoding.UTF8.GetString(id)} {Encoding.UTF8.GetString(result)} {Encoding.UTF8.GetString(error)}");

        public void OnMalformed() => Found.Add("malformed");
    }
}
