using System.Buffers;
using System.Text;
using System.Text.Json;

namespace McpSseActors.Dashboard.Live;

/// <summary>The messages of one update, of bounded length.</summary>
/// <param name="json">How they are written.</param>
internal sealed class SseUpdate(JsonSerializerOptions json)
{
    /// <summary>So many bytes has an update at the most.</summary>
    public const int Most = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    /// <summary>Gets the bytes; valid until the next one is begun.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    /// <summary>Gets how many bytes still fit.</summary>
    public int Room => Most - _bytes.WrittenCount;

    public void Clear() => _bytes.ResetWrittenCount();

    /// <summary>Adds a message, if it fits.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">What it says.</param>
    /// <param name="most">Its longest JSON, in bytes.</param>
    public bool TryAdd<T>(string name, T value, int most = Most)
    {
        var data = JsonSerializer.SerializeToUtf8Bytes(value, json);
        if (data.Length > most || data.Length + name.Length + 20 > Room)
            return false;
        Add(name, data);
        return true;
    }

    /// <summary>Adds a message that is known to fit.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="write">Writes what it says.</param>
    public void Add(string name, Action<Utf8JsonWriter> write)
    {
        Encoding.UTF8.GetBytes($"event: {name}\ndata: ", _bytes);
        using (var writer = new Utf8JsonWriter(_bytes, new JsonWriterOptions { Encoder = json.Encoder }))
            write(writer);
        _bytes.Write("\n\n"u8);
    }

    /// <summary>Adds a message that is known to fit.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="data">Its JSON.</param>
    public void Add(string name, ReadOnlySpan<byte> data)
    {
        Encoding.UTF8.GetBytes($"event: {name}\ndata: ", _bytes);
        _bytes.Write(data);
        _bytes.Write("\n\n"u8);
    }
}
