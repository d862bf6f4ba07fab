using System.Text;

namespace McpSseActors.Cli.Output;

/// <summary>A writer that is only given whole lines.</summary>
internal abstract class LineWriter : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public abstract override void WriteLine(string? value);

    public override void WriteLine() => WriteLine("");

    public override void Write(char value) => throw new NotSupportedException("Only whole lines can be written.");
}
