namespace McpSseActors.Soak.Fuzz;

/// <summary>What mutated answers are made of. No address leads away from this machine.</summary>
internal static class AnswerParts
{
    public static readonly string[] StatusLines =
    [
        "HTTP/1.0 200 OK", "HTTP/1.1 200", "HTTP/1.1 201 Created", "HTTP/1.1 204 No Content",
        "HTTP/1.1 206 Partial Content", "HTTP/1.1 304 Not Modified", "HTTP/1.1 400 Bad Request", "HTTP/1.1 401 Unauthorized", "HTTP/1.1 403 Forbidden",
        "HTTP/1.1 404 Not Found", "HTTP/1.1 407 Proxy", "HTTP/1.1 408 Timeout", "HTTP/1.1 421 Misdirected", "HTTP/1.1 425 Too Early", "HTTP/1.1 429 Slow",
        "HTTP/1.1 500 Oh", "HTTP/1.1 502 Bad Gateway", "HTTP/1.1 503 Busy", "HTTP/1.1 511 Login", "HTTP/1.1 599 x", "HTTP/1.1 999 x", "HTTP/1.1 600",
        "HTTP/1.1 000 nothing", "HTTP/1.1 099 x", "HTTP/1.1 20 x", "HTTP/1.1 2000 x", "HTTP/1.1 -20 x", "HTTP/1.1 2x0 x", "HTTP/2 200 OK", "HTTP/9.9 200 OK",
        "HTTP/0.9 200 OK", "HTTP/1.1200 OK", "http/1.1 200 ok", " HTTP/1.1 200 OK", "HTTP/1.1\t200\tOK", "HTTP/1.1 200 ÖK\u0001", "ICY 200 OK", "", "\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 503 Busy",
        "HTTP/1.1 100 Continue", "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK",
    ];

    public static readonly string[] RedirectLines =
    [
        "HTTP/1.1 301 Moved", "HTTP/1.1 302 Found", "HTTP/1.1 303 See Other", "HTTP/1.1 307 Temporary", "HTTP/1.1 308 Permanent", "HTTP/1.1 300 Choices", "HTTP/1.1 305 Proxy",
    ];

    public static readonly string[] ContentTypes =
    [
        "text/event-stream; charset=utf-8", "TEXT/Event-Stream;", "text/event-stream;;;=", "text/html",
        "application/json", "", ";", "text/event-stream, text/html", "text/event-stream\0", "text/évent-stream", "text/event-streams", "text", " text/event-stream ",
        "text/event-stream" + new string('m', 5000),
    ];

    public static readonly string[] Headers =
    [
        "Content-Length: -1", "Content-Length: 0", "Content-Length: 7", "Content-Length: 9999", "Content-Length: 99999999999999999999", "Content-Length: 5, 5",
        "Content-Length: 5, 6", "Content-Length: abc", "Content-Length: +5", "Content-Length:", "Content-Length: 9223372036854775807",
        "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: identity",
        "Transfer-Encoding: xchunked", "Transfer-Encoding:", "Transfer-Encoding: CHUNKED",
        "Content-Encoding: gzip", "Content-Encoding: br", "Content-Encoding: deflate, gzip", "Content-Encoding: zstd", "Content-Encoding: \u0001",
        "Retry-After: 0", "Retry-After: 1", "Retry-After: -1", "Retry-After: 99999999999999", "Retry-After: 2147483647", "Retry-After: 2147483648",
        "Retry-After: soon",
        "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", "Retry-After: Mon, 01 Jan 0001 00:00:00 GMT", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT",
        "Retry-After: 1\r\nRetry-After: 2",
        "Connection: close", "Connection: keep-alive", "Connection: upgrade", "Connection: Content-Type", "Upgrade: h2c", "Keep-Alive: timeout=0",
        "WWW-Authenticate: Bearer realm=\"", "WWW-Authenticate: Basic", "WWW-Authenticate: Negotiate x", "Set-Cookie: a=b; Path", "Trailer: x", "Date: never",
        "Alt-Svc: h3=\":1\"", "Strict-Transport-Security: max-age=1", "Link: </x>; rel=preload", "no colon", ": no name", "Bad Name: x", "X-Nul: a\0b", "X-Fold: a\r\n b\r\n\tc",
        "X-Latin: \u0085\u00FF", "Cache-Control: ,,,", "Expect: 100-continue", "Content-Range: bytes 0-1/2", "Content-Disposition: attachment; filename*=UTF-8''%", "ETag: \"",
    ];

    public static readonly string[] ChunkSizes =
        ["0", "00000", "FFFFFFFF", "FFFFFFFFFFFFFFFF", "10000000000000000", "7FFFFFFFFFFFFFFF", "-1", "", " 5", "5 ", "5;a=b", "5;", "0x5", "G", "+5"];

    public static string[] Locations(int port) =>
    [
        "/2", "?3", "4", "", "#", "../../5", $"//127.0.0.1:{port}/6", $"http://127.0.0.1:{port}/7", $"http://127.0.0.1:{port}", $"http://LOCALHOST:{port}/8",
        $"http://user:pw@127.0.0.1:{port}/9", $"https://127.0.0.1:{port}/10", $"http://[::1]:{port}/11", "http://127.0.0.1:1/", "http://127.0.0.1:0/", "http://127.0.0.1:99999/",
        "http://", "http:///", "http:", ":", "//", "ftp://127.0.0.1/", "file:///etc/passwd", "javascript:alert(1)", "mailto:x", "data:,x", "/é\u0085", "/%", "/%zz", "\\\\x\\y",
        "/a b", "/\0", $"/{new string('x', 5000)}",
    ];
}
