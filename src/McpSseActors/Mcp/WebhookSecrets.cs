using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace McpSseActors.Mcp;

/// <summary>
/// The secrets with which a server signs what it posts (Standard Webhooks, HMAC-SHA256). A new one takes the place of the last at the server's next answer,
/// and the last counts for a while after that. Safe from any thread.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class WebhookSecrets(TimeProvider time)
{
    private const string Prefix = "whsec_";
    private const string Version = "v1,";
    private const int SecretLength = 32;

    // A server has two secrets at a time; more may be on the way after lost answers.
    private const int MostSecrets = 4;
    private const int MostSignatures = 16;

    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>What was signed with the secret before may still be on its way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly List<Secret> _secrets = [];

    /// <summary>Gets the secret for the next request: a new one each day, and for each new subscription.</summary>
    /// <param name="isFresh">Whether it is a new one in any case.</param>
    public string Next(bool isFresh)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _secrets.RemoveAll(secret => secret.Until <= now);
            // A secret that the server has not confirmed may have reached it all the same.
            if (_secrets is not [{ } newest, ..] || (newest.IsConfirmed && (isFresh || now - newest.MadeAt >= Lifetime)))
            {
                _secrets.Insert(0, newest = new Secret(RandomNumberGenerator.GetBytes(SecretLength), now));
                if (_secrets.Count > MostSecrets)
                    _secrets.RemoveAt(MostSecrets);
            }

            return Prefix + Convert.ToBase64String(newest.Key);
        }
    }

    /// <summary>The server has the newest secret.</summary>
    public void Confirm()
    {
        lock (_lock)
        {
            _secrets[0].IsConfirmed = true;
            foreach (var older in _secrets.Skip(1))
                older.Until ??= time.GetUtcNow() + Grace;
        }
    }

    /// <summary>Forgets all of them: nothing that comes from now on is ours.</summary>
    public void Forget()
    {
        lock (_lock)
            _secrets.Clear();
    }

    /// <summary>Finds what is wrong with a signature.</summary>
    /// <returns>One of <see cref="WebhookRefusals"/>; null if nothing is.</returns>
    public string? Refuse(McpWebhookDelivery delivery, ReadOnlySpan<byte> body)
    {
        if (delivery.Id.Length == 0 || !IsSigned(delivery, body))
            return WebhookRefusals.Signature;
        return long.TryParse(delivery.Timestamp, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - (decimal)seconds) <= (decimal)Tolerance.TotalSeconds
            ? null
            : WebhookRefusals.Timestamp;
    }

    private bool IsSigned(McpWebhookDelivery delivery, ReadOnlySpan<byte> body)
    {
        Span<byte> signature = stackalloc byte[SHA256.HashSizeInBytes];
        var head = Encoding.UTF8.GetBytes($"{delivery.Id}.{delivery.Timestamp}.");
        foreach (var key in Keys())
        {
            using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            hash.AppendData(head);
            hash.AppendData(body);
            var expected = hash.GetHashAndReset();
            foreach (var word in delivery.Signature.Split(' ', MostSignatures + 1).Take(MostSignatures))
            {
                // Comparing takes as long for any wrong signature.
                if (word.StartsWith(Version, StringComparison.Ordinal) && Convert.TryFromBase64String(word[Version.Length..], signature, out var length)
                    && CryptographicOperations.FixedTimeEquals(expected, signature[..length]))
                    return true;
            }
        }

        return false;
    }

    private byte[][] Keys()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            return [.. _secrets.Where(secret => secret.Until is not { } until || until > now).Select(secret => secret.Key)];
        }
    }

    private sealed class Secret(byte[] key, DateTimeOffset madeAt)
    {
        public byte[] Key => key;

        public DateTimeOffset MadeAt => madeAt;

        public bool IsConfirmed { get; set; }

        /// <summary>Until when it counts; null as long as no newer one is confirmed.</summary>
        public DateTimeOffset? Until { get; set; }
    }
}
