using System.CommandLine;
using System.CommandLine.Parsing;

namespace McpSseActors.Cli.Commands;

/// <summary>What a command works on: a file as an argument or as <c>--config</c>, and for some commands a URL as the same argument.</summary>
internal sealed class Target
{
    private readonly Argument<string?> _argument;
    private readonly Option<string?> _config = ConfigFile.Option();
    private readonly bool _mayBeUrl;

    private Target(string name, string description, bool mayBeUrl)
    {
        _argument = new Argument<string?>(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };
        _mayBeUrl = mayBeUrl;
    }

    /// <summary>A file.</summary>
    public static Target File() => new("FILE", "The TOML file, as --config.", mayBeUrl: false);

    /// <summary>A URL or a file.</summary>
    public static Target UrlOrFile(string url) => new("URL|FILE", $"{url} Or the TOML file, as --config.", mayBeUrl: true);

    public void AddTo(Command command, bool withConfig = true)
    {
        command.Add(_argument);
        if (!withConfig)
            return;
        command.Add(_config);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_argument) is not null && result.GetValue(_config) is not null)
                result.AddError(Url(result) is null
                    ? "Specify the file once: FILE or --config FILE."
                    : "URL and --config cannot be combined: specify one server or one file.");
        });
    }

    /// <summary>The URL that was given; null for none.</summary>
    public string? Url(SymbolResult result) => _mayBeUrl && result.GetValue(_argument) is { } text && IsUrl(text) ? text : null;

    /// <summary>The file that was given; null for none.</summary>
    public string? FileOf(SymbolResult result) => result.GetValue(_config) ?? (Url(result) is null ? result.GetValue(_argument) : null);

    private static bool IsUrl(string text) => text.Contains("://", StringComparison.Ordinal);
}
