using System.Globalization;
using System.Net;
using System.Text;

namespace McpSseActors.Configuration;

/// <summary>A text as it reads once an encoding is undone, which knows where each of its characters comes from.</summary>
internal sealed class TextView
{
    private const int LongestEntity = 10;

    private readonly StringBuilder _text = new();
    // For each character: where it starts and ends in the original text, and the character of the parent view that it was decoded from.
    private readonly List<(int Start, int End, int Index)> _origins = [];
    private string _whole = "";

    private string Text => _whole.Length == _text.Length ? _whole : _whole = _text.ToString();

    public static TextView Of(string text)
    {
        var view = new TextView();
        for (var i = 0; i < text.Length; i++)
            view.Add(text[i], i, i + 1, i);
        return view;
    }

    /// <summary>Gets whether a text has anything to decode.</summary>
    public static bool IsEncoded(string text) => text.AsSpan().ContainsAny('%', '\\', '&') || text.Contains("0x", StringComparison.OrdinalIgnoreCase);

    /// <summary>Gets the letters and digits alone.</summary>
    public TextView WithoutPunctuation()
    {
        var bare = new TextView();
        for (var i = 0; i < _origins.Count; i++)
        {
            if (char.IsLetterOrDigit(Text[i]))
                bare.Add(Text[i], _origins[i].Start, _origins[i].End, i);
        }

        return bare;
    }

    /// <summary>Undoes percent-encoding, escapes of JSON and C, hexadecimal numbers, and HTML entities, once; null where there is nothing to undo.</summary>
    public TextView? Decode()
    {
        var decoded = new TextView();
        for (var i = 0; i < Text.Length;)
        {
            var length = Text[i] switch
            {
                '%' => DecodePercent(i, decoded),
                '\\' => DecodeEscape(i, decoded),
                '&' => DecodeEntity(i, decoded),
                '0' => DecodeNumber(i, decoded),
                _ => 0,
            };
            if (length == 0)
                decoded.Add(Text[i], _origins[i].Start, _origins[i].End, i);
            i += Math.Max(1, length);
        }

        return decoded._text.Length == _text.Length ? null : decoded;
    }

    /// <summary>Marks the places of the original text that mean a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="isBase64">Whether to mark all of the Base64 that contains it.</param>
    /// <param name="source">The view that this one was made of.</param>
    /// <param name="hidden">Gets the marks.</param>
    public void Mark(string pattern, bool isBase64, TextView source, bool[] hidden)
    {
        for (var at = 0; (at = Text.IndexOf(pattern, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var (first, last) = (IndexIn(source, at), IndexIn(source, at + pattern.Length - 1));
            if (isBase64)
                (first, last) = source.Extend(first, last);
            hidden.AsSpan(source._origins[first].Start..source._origins[last].End).Fill(true);
        }
    }

    private int IndexIn(TextView source, int index) => source == this ? index : _origins[index].Index;

    private (int First, int Last) Extend(int first, int last)
    {
        while (first > 0 && IsBase64(Text[first - 1]))
            first--;
        while (last + 1 < Text.Length && IsBase64(Text[last + 1]))
            last++;
        return (first, last);
    }

    private static bool IsBase64(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' or '-' or '_' or '=';

    private int DecodePercent(int at, TextView decoded)
    {
        if (At(at + 1) is 'u' or 'U')
            return DecodeCode(at, at + 2, 4, decoded);
        var bytes = new List<byte>();
        for (var i = at; i + 2 < Text.Length && Text[i] == '%' && Hex(i + 1, 2) is { } value; i += 3)
            bytes.Add((byte)value);
        var encoded = bytes.ToArray().AsSpan();
        for (var done = 0; done < encoded.Length;)
        {
            Rune.DecodeFromUtf8(encoded[done..], out var rune, out var taken);
            decoded.Add(rune.ToString(), this, at + done * 3, at + (done + taken) * 3 - 1);
            done += taken;
        }

        return bytes.Count * 3;
    }

    private int DecodeEscape(int at, TextView decoded)
    {
        switch (At(at + 1))
        {
            case 'u' or 'U' when At(at + 2) == '{' && Text.IndexOf('}', at) is var end and > 0 && end - at is >= 4 and <= 9:
                return DecodeCode(at, at + 3, end - at - 3, decoded, after: 1);
            case 'U' when DecodeCode(at, at + 2, 8, decoded) is > 0 and var length:
                return length;
            case 'u' or 'U':
                return DecodeCode(at, at + 2, 4, decoded);
            case 'x' or 'X':
                return DecodeCode(at, at + 2, 2, decoded);
            case >= '0' and <= '7':
                var digits = Text.AsSpan(at + 1, Math.Min(3, Text.Length - at - 1)).IndexOfAnyExceptInRange('0', '7') is >= 0 and var count
                    ? count
                    : Math.Min(3, Text.Length - at - 1);
                decoded.Add(((char)Convert.ToInt32(Text.Substring(at + 1, digits), 8)).ToString(), this, at, at + digits);
                return digits + 1;
            case var same and ('"' or '\\' or '/' or '\''):
                decoded.Add(same.ToString(), this, at, at + 1);
                return 2;
            default:
                return 0;
        }
    }

    // 0x41, as in a dump.
    private int DecodeNumber(int at, TextView decoded) => At(at + 1) is 'x' or 'X' ? DecodeCode(at, at + 2, 2, decoded) : 0;

    // A character by its number in hexadecimal.
    private int DecodeCode(int at, int digits, int count, TextView decoded, int after = 0)
    {
        if (Hex(digits, count) is not { } code || code is < 0 or > 0x10FFFF)
            return 0;
        var end = digits + count + after;
        decoded.Add(Rune.IsValid(code) ? new Rune(code).ToString() : ((char)code).ToString(), this, at, end - 1);
        return end - at;
    }

    private int DecodeEntity(int at, TextView decoded)
    {
        var rest = Text.AsSpan(at, Math.Min(LongestEntity, Text.Length - at));
        var end = rest.IndexOf(';');
        // A browser also reads a number that has no semicolon.
        if (At(at + 1) == '#' && (end < 0 || rest[2..].IndexOf('&') is >= 0 and var next && next + 2 < end))
            return DecodeBareEntity(at, decoded);
        if (end < 0)
            return 0;
        var entity = Text.Substring(at, end + 1);
        var meant = WebUtility.HtmlDecode(entity);
        // &plus; and hundreds more, all of them punctuation, are unknown to .NET.
        if (meant == entity)
            meant = entity.Length > 2 && entity[1..^1].All(char.IsAsciiLetter) ? " " : "";
        if (meant.Length == 0)
            return 0;
        decoded.Add(meant, this, at, at + end);
        return end + 1;
    }

    private int DecodeBareEntity(int at, TextView decoded)
    {
        var isHex = At(at + 2) is 'x' or 'X';
        var first = at + (isHex ? 3 : 2);
        var end = first;
        while (end - first < 6 && (isHex ? char.IsAsciiHexDigit(At(end)) : char.IsAsciiDigit(At(end))))
            end++;
        if (end == first)
            return 0;
        var code = int.Parse(Text.AsSpan(first, end - first), isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture);
        if (!Rune.IsValid(code))
            return 0;
        decoded.Add(new Rune(code).ToString(), this, at, end - 1);
        return end - at;
    }

    private char At(int index) => index < Text.Length ? Text[index] : '\0';

    private int? Hex(int at, int length) =>
        at + length <= Text.Length && int.TryParse(Text.AsSpan(at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;

    private void Add(string meant, TextView from, int first, int last)
    {
        foreach (var letter in meant)
            Add(letter, from._origins[first].Start, from._origins[last].End, first);
    }

    private void Add(char letter, int start, int end, int index)
    {
        _text.Append(letter);
        _origins.Add((start, end, index));
    }
}
