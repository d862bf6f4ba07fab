using System.Collections.Specialized;
using System.Globalization;
using System.Web;

namespace McpSseActors.Benchmarks.Server;

/// <summary>An HTTP request.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path without the query.</param>
/// <param name="Query">The query, without the question mark.</param>
/// <param name="Headers">The header fields; case does not matter.</param>
/// <param name="Body">The body; empty where there is none.</param>
internal sealed record Request(string Method, string Path, NameValueCollection Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? LastEventId => Headers.GetValueOrDefault("Last-Event-ID");

    public int ContentLength => Headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0;

    public bool IsChunked => Headers.TryGetValue("Transfer-Encoding", out var coding) && coding.Equals("chunked", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a head, without its empty line.</summary>
    public static Request Parse(string head)
    {
        var lines = head.Split("\r\n");
        var words = lines[0].Split(' ');
        var parts = words[1].Split('?', 2);
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        return new Request(words[0], parts[0], HttpUtility.ParseQueryString(parts.ElementAtOrDefault(1) ?? ""), headers, []);
    }

    /// <summary>A number of the query.</summary>
    public double Number(string name, double usual) => Query[name] is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : usual;

    /// <summary>A number of events of the query.</summary>
    public long Count(string name) => (long)Number(name, 1000);
}
