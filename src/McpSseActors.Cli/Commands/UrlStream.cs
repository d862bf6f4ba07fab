using System.Collections.Immutable;
using System.CommandLine;

namespace McpSseActors.Cli.Commands;

/// <summary>The options that make a stream of a URL, without a file.</summary>
/// <param name="defaultTransport">Its default transport.</param>
internal sealed class UrlStream(string defaultTransport)
{
    private readonly Option<string[]> _resources = new("--resource", "-r") { Description = "Subscribe to updates of this resource. Can be repeated.", HelpName = "URI", DefaultValueFactory = _ => [] };
    private readonly Option<string> _logLevel = new("--log-level") { Description = "The least severe log messages to receive: debug, info, notice, warning, error, critical, alert or emergency.", HelpName = "L", DefaultValueFactory = _ => "" };
    private readonly Option<string> _transport = new Option<string>("--transport") { Description = "The transport.", DefaultValueFactory = _ => defaultTransport }.AcceptOnlyFromAmong([.. StreamTransport.All.Select(each => $"{each}")]);
    private readonly Option<string[]> _headers = new("--header", "-H") { Description = "Send this header with every request. Can be repeated.", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [] };
    private readonly Option<string?> _authKey = new("--auth-key") { Description = "The key to send. Default: the variable MCP_SSE__AUTH_KEY.", HelpName = "KEY" };
    private readonly Option<bool> _readOnResync = new("--read-on-resync") { Description = "After a lost connection, read again what may have been missed." };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_resources, _logLevel, _transport, _headers, _authKey, _readOnResync])
            command.Add(option);
    }

    /// <summary>The stream.</summary>
    /// <exception cref="McpSseConfigurationException">It is faulty.</exception>
    /// <exception cref="CliException">A header is not written as one.</exception>
    public StreamOptions Read(string url, ParseResult parsed) => (OneStream.Of(url, parsed.GetValue(_transport)!, parsed.GetValue(_authKey)) with
    {
        CustomHeaders = Headers(parsed.GetValue(_headers)!),
        MaxReconnectAttempts = -1,
        Mcp = new McpListenOptions { Resources = [.. parsed.GetValue(_resources)!], LogLevel = parsed.GetValue(_logLevel)!, ReadOnResync = parsed.GetValue(_readOnResync) },
    }).Checked();

    private static ImmutableDictionary<string, string> Headers(string[] given)
    {
        var headers = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in given)
        {
            if (header.Split('=', 2) is not [var name, var value])
                throw new CliException(ExitCodes.Usage, "--header: write it as NAME=VALUE.");
            headers[name] = value;
        }

        return headers.ToImmutable();
    }
}
