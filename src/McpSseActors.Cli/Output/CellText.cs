using System.Globalization;
using Spectre.Console.Rendering;

namespace McpSseActors.Cli.Output;

/// <summary>Measures text in the cells of a terminal, where 你 and an emoji take two.</summary>
internal static class CellText
{
    /// <summary>The text, cut with an ellipsis where it is wider than <paramref name="width"/> cells.</summary>
    public static string Fit(string text, int width)
    {
        if (CellsOf(text) <= width)
            return text;
        var kept = new System.Text.StringBuilder();
        var left = width - 1;
        var letters = StringInfo.GetTextElementEnumerator(text);
        while (letters.MoveNext() && (left -= CellsOf(letters.GetTextElement())) >= 0)
            kept.Append(letters.GetTextElement());
        return kept.Append('…').ToString();
    }

    /// <summary>The text on two lines, the first one ending between two words; the second one is cut where it is too wide.</summary>
    public static (string First, string Second) OnTwoLines(string text, int width)
    {
        if (CellsOf(text) <= width)
            return (text, "");
        var end = text.LastIndexOf(' ', Math.Min(Fit(text, width).Length, text.Length) - 1);
        return end <= 0 ? (Fit(text, width), "") : (text[..end], Fit(text[(end + 1)..], width));
    }

    /// <summary>The text in lines of that width, broken between words; a word that is wider goes on in the next line.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        // Room for any letter, or it would never end.
        width = Math.Max(width, 2);
        var line = "";
        foreach (var word in text.Split(' ').SelectMany(word => Cut(word, width)))
        {
            if (line.Length > 0 && CellsOf(line) + 1 + CellsOf(word) > width)
            {
                yield return line;
                line = "";
            }

            line += line.Length == 0 ? word : " " + word;
        }

        yield return line;
    }

    /// <summary>How many cells it takes.</summary>
    public static int CellsOf(string text) => new Segment(text).CellCount();

    private static IEnumerable<string> Cut(string word, int width)
    {
        while (CellsOf(word) > width)
        {
            var end = word.Length;
            while (CellsOf(word[..end]) > width || char.IsLowSurrogate(word[end]))
                end--;
            yield return word[..end];
            word = word[end..];
        }

        yield return word;
    }
}
