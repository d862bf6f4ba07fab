using System.CommandLine;
using System.CommandLine.Parsing;

namespace McpSseActors.Cli.Commands;

/// <summary>Finds the command or option that was meant by an unknown word.</summary>
internal static class Suggestion
{
    /// <summary>The words that mean nothing where they stand. A word with a hyphen is an option, also where an argument could be.</summary>
    public static string[] UnknownWords(ParseResult parsed)
    {
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);
        return [.. (parsed.Errors.Count > 0 ? parsed.UnmatchedTokens : []).Concat(arguments.Where(IsOption)).Distinct()];
    }

    /// <summary>The name that is most like the word; null if none is.</summary>
    public static string? For(string word, CommandResult at)
    {
        var isOption = IsOption(word);
        var names = isOption ? Options(at) : at.Command.Subcommands.Where(command => !command.Hidden).Select(command => command.Name);
        return Among(isOption ? word.Split('=')[0] : word, names);
    }

    /// <summary>The name that is most like what was typed; null if none is.</summary>
    public static string? Among(string typed, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Distance: Distance(typed, name)))
            .Where(each => each.Distance <= Math.Max(1, typed.TrimStart('-').Length / 3))
            .OrderBy(each => each.Distance).ThenBy(each => each.Name, StringComparer.Ordinal)
            .Select(each => each.Name)
            .FirstOrDefault();

    /// <summary>Whether a word is written as an option.</summary>
    public static bool IsOption(string word) => word is ['-', not '-', ..] or ['-', '-', _, ..];

    private static IEnumerable<string> Options(CommandResult at)
    {
        var own = at.Command.Options.Where(option => !option.Hidden).Select(option => option.Name);
        for (var above = at.Parent as CommandResult; above is not null; above = above.Parent as CommandResult)
            own = own.Concat(above.Command.Options.Where(option => option.Recursive).Select(option => option.Name));
        return own;
    }

    // Levenshtein's, in which two letters that changed places count as one.
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }
}
