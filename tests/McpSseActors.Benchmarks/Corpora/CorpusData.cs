using System.Text;

namespace McpSseActors.Benchmarks.Corpora;

/// <summary>The data of a corpus as a client sees them, event by event. What is given is valid until the next call.</summary>
internal sealed class CorpusData(Corpus corpus)
{
    private readonly byte[][] _bytes = [.. corpus.Templates.Select(template => template.Data.ToArray())];
    private readonly char[][] _texts = [.. corpus.Templates.Select(template => Encoding.UTF8.GetString(template.Data).ToCharArray())];

    /// <summary>The data of an event, UTF-8.</summary>
    public ReadOnlySpan<byte> BytesOf(long index)
    {
        var data = _bytes[index % _bytes.Length];
        Corpus.NumberOf(index).TryFormat(data.AsSpan(corpus.TemplateOf(index).NumberInData), out _);
        return data;
    }

    /// <summary>The data of an event as text; it is ASCII, so its number has the same index as in the bytes.</summary>
    public ReadOnlySpan<char> TextOf(long index)
    {
        var data = _texts[index % _texts.Length];
        Corpus.NumberOf(index).TryFormat(data.AsSpan(corpus.TemplateOf(index).NumberInData), out _);
        return data;
    }
}
