using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace McpSseActors.TestSupport.Sse;

/// <summary>The standard's interpretation of a stream, step by step on strings: slow, but there is nothing to get wrong.</summary>
internal sealed class LiteralDecoder
{
    private string _data = "";
    private string _type = "";
    private string _idBuffer = "";
    private string? _ownId;
    private long? _ownRetry;

    public List<Found> All { get; } = [];

    public string LastEventId { get; private set; } = "";

    public long? Retry { get; private set; }

    public LiteralDecoder(byte[] stream)
    {
        var text = Encoding.UTF8.GetString(stream);
        if (text.StartsWith('\uFEFF'))
            text = text[1..];
        foreach (var line in Regex.Split(text, "\r\n|\r|\n")[..^1])
            Interpret(line);
    }

    private void Interpret(string line)
    {
        var colon = line.IndexOf(':');
        if (line.Length == 0)
            Dispatch();
        else if (colon == 0)
            All.Add(new FoundComment(line[1..]));
        else if (colon < 0)
            Process(line, "");
        else
            Process(line[..colon], WithoutOneSpace(line[(colon + 1)..]));
    }

    private static string WithoutOneSpace(string value) => value.StartsWith(' ') ? value[1..] : value;

    private void Process(string field, string value)
    {
        switch (field)
        {
            case "event":
                _type = value;
                break;
            case "data":
                _data += value + "\n";
                break;
            case "id" when !value.Contains('\0'):
                _idBuffer = _ownId = value;
                break;
            case "retry" when Regex.IsMatch(value, @"\A[0-9]+\z"):
                Retry = _ownRetry = (long)BigInteger.Min(BigInteger.Parse(value), int.MaxValue);
                break;
        }
    }

    private void Dispatch()
    {
        LastEventId = _idBuffer;
        if (_data.Length > 0)
            All.Add(new FoundEvent(_type.Length == 0 ? "message" : _type, _data[..^1], LastEventId, _ownId, _ownRetry));
        _data = _type = "";
        _ownId = null;
        _ownRetry = null;
    }
}
