using System.Text.RegularExpressions;
using Tomlyn.Syntax;

namespace McpSseActors.Configuration;

/// <summary>
/// Turns the parser's diagnostics into faults. The parser quotes the document, in which secrets stand, so that only those words of a
/// message are kept that come before a quotation.
/// </summary>
internal static partial class TomlDiagnostics
{
    public static void Report(DiagnosticsBag diagnostics, string source, ICollection<ConfigurationFault> faults)
    {
        DiagnosticMessage? before = null;
        foreach (var diagnostic in diagnostics.OrderBy(each => each.Span.Start.Line).ThenBy(each => each.Span.Start.Column))
        {
            if (before is null || !Repeats(before, diagnostic))
                faults.Add(Fault(diagnostic, source));
            before = diagnostic;
        }
    }

    /// <summary>Finds the place at which the parser throws: the end of the shortest beginning that it cannot read.</summary>
    public static ConfigurationFault Unreadable(string text, string source)
    {
        var (readable, unreadable) = (0, text.Length);
        while (readable + 1 < unreadable)
        {
            var middle = (readable + unreadable) / 2;
            if (Throws(text[..middle]))
                unreadable = middle;
            else
                readable = middle;
        }

        var before = text.AsSpan(0, Math.Max(0, unreadable - 1));
        return new ConfigurationFault(
            source, before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'), null, "the text cannot be read here",
            "check the escapes in this string: \\uXXXX takes four hexadecimal digits of one whole character");
    }

    private static bool Throws(string text)
    {
        try
        {
            TomlTable.ReadUnguarded(text);
            return false;
        }
        catch (Exception)
        {
            return true;
        }
    }

    // An unclosed string swallows the lines after it, and each of them is reported, as is the end of the file: the first says it all.
    private static bool Repeats(DiagnosticMessage before, DiagnosticMessage diagnostic)
    {
        var (earlier, later) = (before.Span.Start, diagnostic.Span.Start);
        return (later.Line == earlier.Line && later.Column == earlier.Column)
            || (later.Line == earlier.Line + 1 && diagnostic.Message == before.Message && diagnostic.Message.StartsWith("Invalid newline", StringComparison.Ordinal));
    }

    private static ConfigurationFault Fault(DiagnosticMessage diagnostic, string source)
    {
        var start = diagnostic.Span.Start;
        if (Redefinition().Match(diagnostic.Message) is { Success: true } twice)
        {
            return new ConfigurationFault(
                source, start.Line + 1, start.Column + 1, twice.Groups["key"].Value,
                $"this is set a second time, after ({twice.Groups["place"].Value})", "keep one of them, or join the tables");
        }

        var words = Quotation().Replace(diagnostic.Message, "").TrimEnd('.', ' ');
        return new ConfigurationFault(
            source, start.Line + 1, start.Column + 1, null, words.Length > 0 ? char.ToLowerInvariant(words[0]) + words[1..] : "broken syntax", Remedy(words));
    }

    private static string Remedy(string words) => words switch
    {
        "Unexpected token" => "put text in quotes and a list in [ ], and write true and false in lower case",
        "Invalid newline in a string" or "Invalid End-Of-File found on string literal" => "close the string with a quotation mark",
        "Unable to parse integer" => "write a number of at most 64 bits",
        _ => "correct the TOML here",
    };

    [GeneratedRegex(@"^The key `(?<key>[^`]*)` is already defined at \((?<place>\d+,\d+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Redefinition();

    // A quotation of one character is punctuation and tells what is wrong; a longer one is the document's.
    [GeneratedRegex(@"\s*(`(?!.`)|\[| instead of | but was |: ).*$", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Quotation();
}
