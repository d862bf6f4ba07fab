using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using McpSseActors.Sse;

namespace McpSseActors.Soak.Fuzz;

/// <summary>Writes down what a decoder finds as bytes, so that two runs can be compared without a single object.</summary>
internal sealed class Transcript(int maxEventSize) : ISseSink
{
    private readonly ArrayBufferWriter<byte> _written = new(256);

    public ReadOnlySpan<byte> Written => _written.WrittenSpan;

    public void Clear() => _written.ResetWrittenCount();

    public void OnEvent(in SseEvent received)
    {
        if ((long)received.Type.Length + received.Data.Length + received.Id.Length > maxEventSize)
            throw new FuzzException("an event is larger than max_event_size");
        Write(received.HasId ? 'E' : 'e', received.Type);
        Write('d', received.Data);
        Write('i', received.LastEventId);
        Write(received.RetryMilliseconds ?? -1);
    }

    public void OnComment(ReadOnlySpan<byte> comment) => Write('c', comment);

    public void OnOversized() => Write('o', default);

    private void Write(char kind, ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
            throw new FuzzException($"the text of '{kind}' is not valid UTF-8");
        Write(((long)kind << 32) + text.Length);
        _written.Write(text);
    }

    private void Write(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_written.GetSpan(sizeof(long)), number);
        _written.Advance(sizeof(long));
    }
}
