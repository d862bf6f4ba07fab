using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace McpSseActors.TestServer.Events;

/// <summary>Posts to webhooks, signed as Standard Webhooks has it. Loopback addresses only.</summary>
public sealed class WebhookSender(TimeProvider time, TimeSpan patience) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = patience };

    /// <summary>Whether an address may be posted to.</summary>
    public static bool MayPostTo(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback && uri.Scheme is "http" or "https";

    /// <summary>The key in a secret; null if it is none.</summary>
    public static byte[]? KeyOf(string? secret)
    {
        const string prefix = "whsec_";
        var key = new byte[64];
        return secret?.StartsWith(prefix, StringComparison.Ordinal) is true
            && Convert.TryFromBase64String(secret[prefix.Length..], key, out var length) && length >= 24
            ? key[..length]
            : null;
    }

    /// <summary>Posts, and gives the status and the body of the answer.</summary>
    /// <param name="url">The address.</param>
    /// <param name="id">The ID of the message.</param>
    /// <param name="subscription">The ID of the subscription.</param>
    /// <param name="json">The body.</param>
    /// <param name="secrets">Those that sign.</param>
    /// <param name="skew">How far the clock is off.</param>
    public async Task<(int Status, string Body)> PostAsync(string url, string id, string subscription, string json, IEnumerable<string> secrets, TimeSpan skew = default)
    {
        var timestamp = (time.GetUtcNow() + skew).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.TryAddWithoutValidation("webhook-signature", string.Join(' ', secrets.Select(secret => Sign(secret, id, timestamp, json))));
        request.Headers.Add("X-MCP-Subscription-Id", subscription);
        using var response = await _http.SendAsync(request).ConfigureAwait(false);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync().ConfigureAwait(false));
    }

    public void Dispose() => _http.Dispose();

    private static string Sign(string secret, string id, string timestamp, string json) =>
        $"v1,{Convert.ToBase64String(HMACSHA256.HashData(KeyOf(secret)!, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{json}")))}";
}
