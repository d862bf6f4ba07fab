using System.Threading.Channels;

namespace McpSseActors.Cli.Watch.Terminal;

/// <summary>A whole terminal, taken for a live view until it is disposed.</summary>
internal interface IScreen : IDisposable
{
    /// <summary>Its width in cells and its height in rows, as they are now.</summary>
    (int Width, int Height) Size { get; }

    /// <summary>Whether there is a keyboard.</summary>
    bool HasKeys { get; }

    /// <summary>The keys as they are pressed. A null means that the screen has changed and must be redrawn.</summary>
    ChannelReader<ConsoleKeyInfo?> Input { get; }

    /// <summary>Draws a frame.</summary>
    /// <exception cref="IOException">The terminal has gone.</exception>
    void Draw(string frame);
}
