using System.IO.Compression;

namespace McpSseActors.Connections;

/// <summary>
/// Decodes <c>deflate</c>, which is the zlib format (RFC 9110, 8.4.1.2). Some servers send the raw format without the
/// zlib header; the first byte tells which it is.
/// </summary>
/// <param name="encoded">The encoded body.</param>
internal sealed class DeflatedBody(Stream encoded) : BodyStream
{
    private const int MethodBits = 0x0F;
    private const int Deflate = 8;

    private Stream? _decoded;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_decoded is null)
        {
            var first = new byte[1];
            if (await encoded.ReadAsync(first, cancellationToken).ConfigureAwait(false) == 0)
                return 0;
            var whole = new Whole(first[0], encoded);
            _decoded = (first[0] & MethodBits) == Deflate
                ? new ZLibStream(whole, CompressionMode.Decompress)
                : new DeflateStream(whole, CompressionMode.Decompress);
        }

        return await _decoded.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            (_decoded ?? encoded).Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The encoded body, with the first byte put back.</summary>
    private sealed class Whole(byte first, Stream rest) : BodyStream
    {
        private bool _hasBegun;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_hasBegun || buffer.IsEmpty)
                return rest.ReadAsync(buffer, cancellationToken);
            _hasBegun = true;
            buffer.Span[0] = first;
            return new ValueTask<int>(1);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rest.Dispose();
            base.Dispose(disposing);
        }
    }
}
