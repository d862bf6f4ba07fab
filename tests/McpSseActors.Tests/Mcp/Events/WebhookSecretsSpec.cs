using McpSseActors.Connections;
using McpSseActors.Mcp;

namespace McpSseActors.Tests.Mcp.Events;

/// <summary>Signatures of Standard Webhooks, made by its own library, and the change of secrets.</summary>
[Trait("Category", "McpEvents")]
public sealed class WebhookSecretsSpec
{
    private const string Body = """{"data":"日本"}""";

    private readonly VirtualTime _time = new();
    private readonly WebhookSecrets _secrets;

    public WebhookSecretsSpec() => _secrets = new WebhookSecrets(_time);

    [Fact]
    public void Should_accept_what_the_library_of_the_standard_signs()
    {
        var secret = _secrets.Next(isFresh: true);
        var right = new StandardWebhooks.StandardWebhook(secret).Sign("m", _time.GetUtcNow(), Body);

        Refuse(right).ShouldBeNull();
        Refuse($"v1a,abc v2,x  v1, v1,%% v1,QQ== {right}").ShouldBeNull();
        Refuse(right, body: Body + " ").ShouldBe("signature");
        Refuse(right, id: "n").ShouldBe("signature");
        Refuse(right, id: "").ShouldBe("signature");
        Refuse(right[3..]).ShouldBe("signature");
        Refuse("").ShouldBe("signature");
        Refuse(right, timestamp: "+" + Now()).ShouldBe("signature");
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("x")]
    [InlineData("1.5")]
    public void Should_refuse_a_time_that_is_none(string timestamp)
    {
        var key = Convert.FromBase64String(_secrets.Next(isFresh: true)["whsec_".Length..]);
        var signature = Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"m.{timestamp}.{Body}")));

        Refuse($"v1,{signature}", timestamp: timestamp).ShouldBe("timestamp");
    }

    [Fact]
    public void Should_accept_the_secret_before_for_a_while_when_the_server_has_the_next()
    {
        var first = _secrets.Next(isFresh: true);
        _secrets.Confirm();
        _secrets.Next(isFresh: false).ShouldBe(first);
        _time.Advance(86_400);
        var second = _secrets.Next(isFresh: false);
        second.ShouldNotBe(first);

        // As long as the server has not answered, it may have either, and a lost answer makes no further one.
        _secrets.Next(isFresh: false).ShouldBe(second);
        _time.Advance(3600);
        (Refuse(Signed(first)), Refuse(Signed(second))).ShouldBe((null, null));
        _secrets.Confirm();
        _time.Advance(599);
        Refuse(Signed(first)).ShouldBeNull();
        _time.Advance(2);
        Refuse(Signed(first)).ShouldBe("signature");
        Refuse(Signed(second)).ShouldBeNull();
        _secrets.Forget();
        Refuse(Signed(second)).ShouldBe("signature");
    }

    [Theory]
    [InlineData("""{"id":"i","refreshBefore":"2026-01-01T13:30:00Z","cursor":"c"}""", 5400, 3600)]
    [InlineData("""{"refreshBefore":"2026-01-01T11:00:00Z"}""", -3600, 1)]
    [InlineData("""{"refreshBefore":null}""", double.PositiveInfinity, 43_200)]
    public void Should_know_when_to_renew_the_subscription(string answer, double left, double refreshIn)
    {
        var grant = WebhookGrant.Read(JsonElement.Parse(answer), date: null, _time, new SecretRedactor(new StreamOptions()));

        (grant.RefreshIn.TotalSeconds, grant.Left(_time).TotalSeconds).ShouldBe((refreshIn, double.IsInfinity(left) ? grant.Left(_time).TotalSeconds : left));
    }

    [Fact]
    public void Should_go_by_the_clock_of_the_server_when_ours_is_off()
    {
        var grant = WebhookGrant.Read(
            JsonElement.Parse("""{"refreshBefore":"2026-01-01T18:30:00Z"}"""), _time.GetUtcNow() + TimeSpan.FromHours(5), _time, new SecretRedactor(new StreamOptions()));

        (grant.RefreshIn, grant.Left(_time)).ShouldBe((TimeSpan.FromHours(1), TimeSpan.FromMinutes(90)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"refreshBefore":"soon"}""")]
    public void Should_refuse_an_answer_that_does_not_say_when_the_subscription_expires(string answer) =>
        Should.Throw<TransportException>(() => WebhookGrant.Read(JsonElement.Parse(answer), null, _time, new SecretRedactor(new StreamOptions())));

    private string Now() => _time.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    private string Signed(string secret) => new StandardWebhooks.StandardWebhook(secret).Sign("m", _time.GetUtcNow(), Body);

    private string? Refuse(string signature, string id = "m", string? timestamp = null, string body = Body) => _secrets.Refuse(
        new McpWebhookDelivery("r", Stream.Null) { Id = id, Timestamp = timestamp ?? Now(), Signature = signature }, Encoding.UTF8.GetBytes(body));
}
