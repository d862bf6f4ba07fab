using System.Globalization;

namespace McpSseActors.Connections;

/// <summary>
/// The cookies of one origin (RFC 6265), in memory. A load balancer recognises by them which node a stream belongs to.
/// Safe from any thread.
/// </summary>
/// <param name="time">The clock by which cookies expire.</param>
/// <param name="onValue">Called with the value of each cookie, which is a secret.</param>
internal sealed class CookieJar(TimeProvider time, Action<string>? onValue = null)
{
    /// <summary>As browsers; more would only make requests too long for their server.</summary>
    private const int MostCookies = 50;
    private const int LongestCookie = 4096;

    private readonly Lock _lock = new();
    private readonly List<Cookie> _cookies = [];
    private Uri? _origin;

    /// <summary>Stores what a response to a request for <paramref name="url"/> set. Cookies of another origin are dropped.</summary>
    public void Store(Uri url, HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Set-Cookie", out var values))
            return;
        lock (_lock)
        {
            if (_origin is null || !RequestFactory.IsSameOrigin(_origin, url))
                _cookies.Clear();
            _origin = url;
            foreach (var value in values)
                Store(url, value);
        }
    }

    /// <summary>Gets the cookies for a request, as name and value; those with the longest path first.</summary>
    public IReadOnlyList<(string Name, string Value)> For(Uri url)
    {
        lock (_lock)
        {
            if (_origin is null || !RequestFactory.IsSameOrigin(_origin, url))
                return [];
            var now = time.GetUtcNow();
            _cookies.RemoveAll(cookie => cookie.Until <= now);
            return [.. _cookies.Where(cookie => cookie.Matches(url.AbsolutePath)).OrderByDescending(cookie => cookie.Path.Length)
                .Select(cookie => (cookie.Name, cookie.Value))];
        }
    }

    private void Store(Uri url, string header)
    {
        var parts = header.Split(';', StringSplitOptions.TrimEntries);
        var (name, value) = Pair(parts[0]);
        if (header.Length > LongestCookie || name.Length == 0 || !parts[0].Contains('=', StringComparison.Ordinal) || !header.All(c => c is >= ' ' and <= '~'))
            return;

        var path = DefaultPath(url.AbsolutePath);
        DateTimeOffset? expires = null;
        TimeSpan? maxAge = null;
        foreach (var (attribute, setting) in parts.Skip(1).Select(Pair))
        {
            switch (attribute.ToUpperInvariant())
            {
                case "PATH" when setting.StartsWith('/'):
                    path = setting;
                    break;
                case "DOMAIN" when !IsDomainOf(url.IdnHost, setting.TrimStart('.')):
                case "SECURE" when url.Scheme != Uri.UriSchemeHttps:
                    return;
                case "EXPIRES" when DateTimeOffset.TryParse(setting, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date):
                    expires = date;
                    break;
                case "MAX-AGE" when long.TryParse(setting, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds):
                    maxAge = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue));
                    break;
            }
        }

        onValue?.Invoke(value);
        _cookies.RemoveAll(cookie => cookie.Name == name && cookie.Path == path);
        if (_cookies.Count < MostCookies)
            _cookies.Add(new Cookie(name, value, path, maxAge is { } age ? time.GetUtcNow() + age : expires ?? DateTimeOffset.MaxValue));
    }

    private static (string Name, string Value) Pair(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (part, "") : (part[..equals].TrimEnd(), part[(equals + 1)..].TrimStart());
    }

    private static string DefaultPath(string path) => path.LastIndexOf('/') is > 0 and var end ? path[..end] : "/";

    private static bool IsDomainOf(string host, string domain) =>
        domain.Length == 0 || host.Equals(domain, StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase);

    /// <summary>A cookie. Its value is a secret, and never shown.</summary>
    private sealed record Cookie(string Name, string Value, string Path, DateTimeOffset Until)
    {
        public bool Matches(string path) => path == Path || path.StartsWith(Path.EndsWith('/') ? Path : $"{Path}/", StringComparison.Ordinal);
    }
}
