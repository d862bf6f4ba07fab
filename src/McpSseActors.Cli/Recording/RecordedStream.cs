using McpSseActors.TestServer.Recording;
namespace McpSseActors.Cli.Recording;

/// <summary>Reads a body, and records what was read and how it ended.</summary>
internal sealed class RecordedStream(Stream body, RecordingWriter recording, int connection) : Stream
{
    private int _hasEnded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var length = 0;
        try
        {
            length = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or ObjectDisposedException))
        {
            End(RecordedEnd.Lost, fault.Message);
            throw;
        }

        if (length > 0)
            recording.Data(connection, buffer.Span[..length]);
        // A read into nothing only waits.
        else if (buffer.Length > 0)
            End(RecordedEnd.Ended);
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            End(RecordedEnd.Closed);
            body.Dispose();
        }

        base.Dispose(disposing);
    }

    private void End(RecordedEnd how, string reason = "")
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
            recording.End(connection, how, reason);
    }
}
