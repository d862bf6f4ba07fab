namespace McpSseActors.Benchmarks.Micro;

/// <summary>A stream that gives one piece a read, as a socket gives what has arrived.</summary>
internal sealed class PieceStream(IReadOnlyList<byte[]> pieces) : Stream
{
    private int _piece;
    private int _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (_piece == pieces.Count)
            return 0;
        var rest = pieces[_piece].AsSpan(_read);
        var taken = rest[..Math.Min(rest.Length, buffer.Length)];
        taken.CopyTo(buffer);
        _read += taken.Length;
        if (taken.Length == rest.Length)
            (_piece, _read) = (_piece + 1, 0);
        return taken.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
