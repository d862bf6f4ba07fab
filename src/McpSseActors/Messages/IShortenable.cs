using System.Collections.Immutable;

namespace McpSseActors.Messages;

/// <summary>An answer of which something can be left out when it does not fit into a frame of Akka.Remote.</summary>
internal interface IShortenable
{
    /// <summary>Leaves out what does not fit.</summary>
    /// <param name="longest">The most bytes.</param>
    /// <param name="length">The bytes of a part.</param>
    /// <returns>A shorter answer.</returns>
    IMcpSseMessage ToFit(long longest, Func<object, long> length);
}

/// <summary>Chooses what fits.</summary>
internal static class Shortened
{
    // Names, brackets and the other properties.
    private const int Frame = 1024;

    /// <summary>The first parts that fit together.</summary>
    public static ImmutableArray<T> Fit<T>(this IEnumerable<T> parts, long longest, Func<object, long> length)
        where T : class
    {
        var left = longest - Frame;
        return [.. parts.TakeWhile(part => (left -= length(part) + 1) >= 0)];
    }
}
