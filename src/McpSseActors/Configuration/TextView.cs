using System.Globalization;
using System.Net;
using System.Text;

namespace McpSseActors.Configuration;

/// <summary>A text as it reads once an encoding is undone, which knows where each of its characters comes from.</summary>
internal sealed class TextView
{
    private const int LongestEntity = 10;

    private readonly StringBuilder _text = new();
    // The characters of the original text that each character stands for, and the one of the view that it was made of.
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

    /// <summary>Undoes percent-encoding, escapes of JSON, and HTML entities, once; null where there is nothing to undo.</summary>
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
                _ => 0,
            };
            if (length == 0)
                decoded.Add(Text[i], _origins[i].Start, _origins[i].End, i);
            i += Math.Max(1, length);
        }

        return decoded._text.Length == _text.Length ? null : decoded;
    }

    /// <summary>Marks what stands for a pattern in the original text.</summary>
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
        var (length, letter) = (at + 1 < Text.Length ? Text[at + 1] : '\0') switch
        {
            'u' or 'U' when Hex(at + 2, 4) is { } code => (6, (char)code),
            'x' or 'X' when Hex(at + 2, 2) is { } code => (4, (char)code),
            var same and ('"' or '\\' or '/' or '\'') => (2, same),
            _ => (0, '\0'),
        };
        if (length > 0)
            decoded.Add(letter.ToString(), this, at, at + length - 1);
        return length;
    }

    private int DecodeEntity(int at, TextView decoded)
    {
        var end = Text.AsSpan(at, Math.Min(LongestEntity, Text.Length - at)).IndexOf(';');
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
