using System.Net.Http.Json;
using System.Text.RegularExpressions;
using McpSseActors.TestSupport;
using Shouldly;

namespace McpSseActors.Interop.Support;

/// <summary>
/// Calls the tools of server-everything that make it send events. It sends them to the session that called only, so this speaks in the session of
/// the client under test: the server names it in the log message about the client's subscription.
/// </summary>
internal sealed partial class Stirring
{
    private static readonly string[] Tools = ["toggle-subscriber-updates", "toggle-simulated-logging"];

    private readonly HashSet<string> _sessions = [];

    public async Task AsHttpSseAsync(int port, Func<IEnumerable<string>> said)
    {
        var session = await SessionAsync(said);
        await CallAsync($"http://127.0.0.1:{port}/message?sessionId={session}", []);
    }

    public async Task AsStreamableAsync(string url, Func<IEnumerable<string>> said)
    {
        var session = await SessionAsync(said);
        await CallAsync(url, [("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")]);
    }

    // One that was not there before: the others went with the server that was killed.
    private async Task<string> SessionAsync(Func<IEnumerable<string>> said)
    {
        var found = "";
        await Eventually.HoldsAsync(() => found = said().Select(line => Subscribed().Match(line)).Where(match => match.Success)
            .Select(match => match.Groups["session"].Value).FirstOrDefault(session => !_sessions.Contains(session))
                .ShouldNotBeNull("no log message about a subscription"));
        _sessions.Add(found);
        return found;
    }

    private static async Task CallAsync(string url, (string Name, string Value)[] headers)
    {
        using var http = new HttpClient();
        foreach (var tool in Tools)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url);
            request.Headers.Add("Accept", "application/json, text/event-stream");
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            request.Content = JsonContent.Create(new { jsonrpc = "2.0", id = $"stir-{tool}", method = "tools/call", @params = new { name = tool, arguments = new { } } });
            using var response = await http.SendAsync(request);
            response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        }
    }

    [GeneratedRegex("Received Subscribe Resource request.*from session (?<session>[0-9a-f-]{36})")]
    private static partial Regex Subscribed();
}
