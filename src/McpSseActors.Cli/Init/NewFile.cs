using System.Text;
using McpSseActors.Cli.Output;

namespace McpSseActors.Cli.Init;

/// <summary>A configuration that is to be written, and not over another file unless that is wished.</summary>
internal sealed class NewFile
{
    private readonly string _shown;
    private readonly string _path;
    private readonly bool _overwrite;

    private NewFile(string shown, string path, bool overwrite)
    {
        _shown = shown;
        _path = path;
        _overwrite = overwrite;
    }

    /// <summary>Makes sure that there is a place for it.</summary>
    /// <param name="shown">Its path as the user wrote it.</param>
    /// <param name="path">Its whole path.</param>
    /// <param name="overwrite">Whether one that is there already may go.</param>
    /// <exception cref="CliException">There is none.</exception>
    public static NewFile At(string shown, string path, bool overwrite)
    {
        if (Directory.Exists(path))
            throw new CliException(ExitCodes.Usage, $"{shown} is a folder; specify a file in it, such as {Path.Combine(shown, "mcp-sse.toml")}.");
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new CliException(ExitCodes.Usage, $"the folder of {shown} does not exist; create it, or specify another file.");
        if (!overwrite && !WholeFile.IsDevice(path) && File.Exists(path))
            throw new CliException(ExitCodes.Usage, $"{shown} already exists; specify another file with --output, or overwrite it with --force.");
        return new NewFile(shown, path, overwrite);
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="CliException">It cannot be written; what was there is untouched.</exception>
    public void Write(string text)
    {
        try
        {
            WholeFile.Write(_path, text, _overwrite);
        }
        catch (EncoderFallbackException)
        {
            throw new CliException(ExitCodes.Usage, "a value contains half a character, which cannot be written; enter it again.");
        }
        catch (IOException fault)
        {
            throw new CliException(ExitCodes.Failed, $"cannot write {_shown}: {fault.Message}.");
        }
    }
}
