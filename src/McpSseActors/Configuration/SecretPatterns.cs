using System.Globalization;
using System.Text;

namespace McpSseActors.Configuration;

/// <summary>Finds secrets in text, in the common encodings in which a server may repeat them.</summary>
internal sealed class SecretPatterns
{
    private const string Stars = "***";

    /// <summary>The shortest pattern that is also searched without punctuation, so that it is not found across words.</summary>
    private const int ShortestBare = 6;

    /// <summary>A server that encodes more often than this wants to be misread.</summary>
    private const int MostDecodings = 3;

    /// <summary>Longer values are not searched in Base64, Base32 or hexadecimal: servers do not repeat them whole.</summary>
    private const int LongestEncoded = 4096;

    private readonly List<Pattern> _patterns;

    public SecretPatterns(IReadOnlyList<string> secrets) =>
        _patterns = [.. secrets.SelectMany(Of).DistinctBy(pattern => pattern.Text).OrderByDescending(pattern => pattern.Text.Length)];

    /// <summary>Replaces what is found with asterisks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="shown">The number of its characters to show.</param>
    public string Hide(string text, int shown)
    {
        if (_patterns.Count == 0 || (!TextView.IsEncoded(text) && !Contains(text)))
            return text[..shown];
        var hidden = Find(text);
        var result = new StringBuilder(shown);
        for (var i = 0; i < shown; i++)
        {
            if (!hidden[i])
                result.Append(text[i]);
            else if (i == 0 || !hidden[i - 1])
                result.Append(Stars);
        }

        return result.ToString();
    }

    // Nearly every text holds no secret, and this costs little.
    private bool Contains(string text)
    {
        var bare = BareOf(text);
        return _patterns.Any(pattern => text.Contains(pattern.Text, StringComparison.OrdinalIgnoreCase)
            || (pattern.Bare.Length >= ShortestBare && bare.Contains(pattern.Bare, StringComparison.OrdinalIgnoreCase)));
    }

    private static string BareOf(string text) => text.All(char.IsLetterOrDigit) ? text : string.Concat(text.Where(char.IsLetterOrDigit));

    private bool[] Find(string text)
    {
        var hidden = new bool[text.Length];
        TextView? view = TextView.Of(text);
        for (var decodings = 0; view is not null && decodings <= MostDecodings; decodings++)
        {
            var bare = view.WithoutPunctuation();
            foreach (var pattern in _patterns)
            {
                view.Mark(pattern.Text, pattern.IsBase64, view, hidden);
                if (pattern.Bare.Length >= ShortestBare)
                    bare.Mark(pattern.Bare, pattern.IsBase64, view, hidden);
            }

            view = view.Decode();
        }

        return hidden;
    }

    private static IEnumerable<Pattern> Of(string secret)
    {
        yield return new Pattern(secret, IsBase64: false);
        var bytes = Encoding.UTF8.GetBytes(secret);
        if (bytes.Length > LongestEncoded)
            yield break;
        yield return new Pattern(Convert.ToHexString(bytes), IsBase64: false);
        yield return new Pattern(Base32(bytes), IsBase64: true);
        // Also encoded twice, and of UTF-16.
        var once = Cores(bytes).ToList();
        foreach (var core in once.Concat(once.SelectMany(core => Cores(Encoding.ASCII.GetBytes(core)))).Concat(Cores(Encoding.Unicode.GetBytes(secret))))
        {
            yield return new Pattern(core, IsBase64: true);
            yield return new Pattern(core.Replace('+', '-').Replace('/', '_'), IsBase64: true);
        }
    }

    private static IEnumerable<string> Cores(byte[] encoded) =>
        Enumerable.Range(0, 3).Select(before => Core(encoded, before)).Where(core => core.Length >= SecretValues.Shortest);

    private static string Base32(byte[] bytes)
    {
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(bytes.Select(value => value.ToString("b8", CultureInfo.InvariantCulture)));
        return string.Concat(bits.Chunk(5).Where(five => five.Length == 5).Select(five => Letters[Convert.ToInt32(new string(five), 2)]));
    }

    // The letters that depend on the secret alone, not on what comes before and after it, as in user:password.
    private static string Core(byte[] secret, int before)
    {
        var encoded = Convert.ToBase64String([.. new byte[before], .. secret]);
        var first = (before * 8 + 5) / 6;
        return encoded[first..((before + secret.Length) * 8 / 6)];
    }

    /// <param name="Text">The text.</param>
    /// <param name="IsBase64">Whether it is Base64 or Base32: what surrounds it belongs to it.</param>
    private sealed record Pattern(string Text, bool IsBase64)
    {
        public string Bare { get; } = BareOf(Text);
    }
}
