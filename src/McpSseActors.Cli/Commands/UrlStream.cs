using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using McpSseActors.Cli.Init;

namespace McpSseActors.Cli.Commands;

/// <summary>The options that make a stream of a URL, without a file.</summary>
internal sealed class UrlStream
{
    private readonly string _defaultTransport;
    private readonly bool _isEndless;
    private readonly bool _isForRequest;
    private readonly Option<string?> _transport;
    private readonly Option<string?> _authKey = new("--auth-key") { Description = "The key to send. Default: the variable MCP_SSE__AUTH_KEY.", HelpName = "KEY" };
    private readonly Option<string[]> _headers = new("--header", "-H") { Description = "Send this header with every request; also written as 'NAME: VALUE'. Can be repeated.", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [] };
    private readonly Option<string?> _caCert = new("--cacert") { Description = "Trust the certificate authorities in this PEM file, besides those of the system.", HelpName = "FILE" };
    private readonly Option<bool> _insecure = new("--insecure", "-k") { Description = "Accept any certificate of the server." };
    private readonly Option<string?> _proxy = new("--proxy") { Description = "Connect through this proxy, or none.", HelpName = "URL" };
    private readonly Option<string?> _httpVersion = new("--http-version") { Description = "The version of HTTP: auto, 1.1 or 2. Default: auto.", HelpName = "V" };
    private readonly Option<string[]> _resources = new("--resource", "-r") { Description = "Subscribe to updates of this resource. Can be repeated.", HelpName = "URI", DefaultValueFactory = _ => [] };
    private readonly Option<string?> _logLevel = new("--log-level") { Description = "The least severe log messages to receive: debug, info, notice, warning, error, critical, alert or emergency.", HelpName = "L" };
    private readonly EventOptions? _event;
    private readonly Option<bool> _readOnResync = new("--read-on-resync") { Description = "After a lost connection, read again what may have been missed." };

    /// <param name="defaultTransport">The transport by default.</param>
    /// <param name="shownDefault">What the help says of it; null is its name.</param>
    /// <param name="isEndless">Whether the stream reconnects without end.</param>
    /// <param name="isRecursive">Whether subcommands have the options too.</param>
    /// <param name="hasEvents">Whether MCP events can be subscribed to.</param>
    /// <param name="hasWebhooks">Whether they can be posted to the command.</param>
    /// <param name="isForRequest">Whether no stream is opened, so that only the options for requests are there.</param>
    public UrlStream(
        string defaultTransport, string? shownDefault = null, bool isEndless = true, bool isRecursive = false, bool hasEvents = false,
        bool hasWebhooks = false, bool isForRequest = false)
    {
        _isForRequest = isForRequest;
        _event = hasEvents ? new EventOptions(hasWebhooks) : null;
        _defaultTransport = defaultTransport;
        _isEndless = isEndless;
        _transport = new Option<string?>("--transport") { Description = $"The transport. Default: {shownDefault ?? defaultTransport}." };
        _transport.AcceptOnlyFromAmong([.. StreamTransport.All.Where(each => hasEvents || each != StreamTransport.Events).Select(each => $"{each}")]);
        _httpVersion.AcceptOnlyFromAmong("auto", "1.1", "2");
        foreach (var option in All)
            option.Recursive = isRecursive;
    }

    private Option[] All =>
    [
        .. _isForRequest ? Array.Empty<Option>() : [_transport],
        _authKey, _headers, _caCert, _insecure, _proxy, _httpVersion,
        .. _isForRequest ? Array.Empty<Option>() : [_resources, _logLevel, _readOnResync],
        .. _event?.All ?? [],
    ];

    /// <summary>Adds the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="hasUrl">Whether a URL was given. A file has keys for what the options say.</param>
    public void AddTo(Command command, Func<CommandResult, bool>? hasUrl = null)
    {
        foreach (var option in All)
            command.Add(option);
        _event?.AddRules(command, _transport);
        if (hasUrl is not null)
            command.Validators.Add(result => RefuseWithoutUrl(result, hasUrl));
    }

    /// <summary>The key that was given; null for none.</summary>
    public string? AuthKey(ParseResult parsed) => parsed.GetValue(_authKey);

    /// <summary>Whether the user chose a transport.</summary>
    public bool HasTransport(ParseResult parsed, CliEnvironment environment) =>
        parsed.GetValue(_transport) is not null || _event?.IsGiven(parsed) is true || environment.Variables.Keys.Contains(ConfigText.Variable("transport"), StringComparer.OrdinalIgnoreCase);

    /// <summary>The port to which events are posted; null if they are not.</summary>
    public int? WebhookPort(ParseResult parsed) => _event?.WebhookPortOf(parsed);

    /// <summary>The stream alone, with the log level of the environment.</summary>
    /// <exception cref="McpSseConfigurationException">It is faulty.</exception>
    /// <exception cref="CliException">A header is not written as one.</exception>
    public McpSseOptions Read(string url, ParseResult parsed, CliEnvironment environment, Uri? webhooks = null)
    {
        var transport = _event?.IsGiven(parsed) is true ? $"{StreamTransport.Events}" : _isForRequest ? null : parsed.GetValue(_transport);
        var options = OneStream.Of(url, transport, _defaultTransport, _isEndless, environment);
        var stream = options.Streams.Single();
        var subscription = _event?.Read(parsed, stream.Event, webhooks);
        return options with
        {
            Streams =
            [
                (stream with
                {
                    Name = stream.Name.Length == 0 && subscription is { Name: var name } && new StreamOptions { Name = name }.Validate().IsEmpty ? name : stream.Name,
                    Event = subscription ?? stream.Event,
                    AuthKey = parsed.GetValue(_authKey) ?? stream.AuthKey,
                    CustomHeaders = stream.CustomHeaders.WithComparers(StringComparer.OrdinalIgnoreCase).SetItems(Headers(parsed.GetValue(_headers)!)),
                    SslCaPath = parsed.GetValue(_caCert) is { } ca ? ConfigFile.Absolute(ca, environment) : stream.SslCaPath,
                    VerifySsl = stream.VerifySsl && !parsed.GetValue(_insecure),
                    HttpVersion = parsed.GetValue(_httpVersion) ?? stream.HttpVersion,
                    ProxyUrl = parsed.GetValue(_proxy) ?? stream.ProxyUrl,
                    Mcp = _isForRequest ? stream.Mcp : stream.Mcp with
                    {
                        Resources = parsed.GetValue(_resources) is { Length: > 0 } resources ? [.. resources] : stream.Mcp.Resources,
                        LogLevel = parsed.GetValue(_logLevel) ?? stream.Mcp.LogLevel,
                        ReadOnResync = stream.Mcp.ReadOnResync || parsed.GetValue(_readOnResync),
                    },
                }).Checked(),
            ],
        };
    }

    private void RefuseWithoutUrl(CommandResult result, Func<CommandResult, bool> hasUrl)
    {
        if (hasUrl(result))
            return;
        foreach (var given in All.Where(option => result.GetResult(option) is { Implicit: false }))
            result.AddError($"{given.Name} requires a URL: in a file, set the key.");
    }

    private static ImmutableDictionary<string, string> Headers(string[] given)
    {
        var headers = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in given)
        {
            // Neither character can be in a header's name.
            var end = header.AsSpan().IndexOfAny('=', ':');
            if (end < 1)
                throw new CliException(ExitCodes.Usage, "--header: write it as NAME=VALUE or 'NAME: VALUE'.");
            headers[header[..end]] = header[end] is ':' ? header[(end + 1)..].Trim() : header[(end + 1)..];
        }

        return headers.ToImmutable();
    }
}
