using Spectre.Console;

namespace McpSseActors.Cli.Output;

/// <summary>What is shown in which colour.</summary>
internal static class Palette
{
    public static readonly Style Dim = new(Color.Grey);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Bad = new(Color.Red);
    public static readonly Style Waiting = new(Color.Yellow, decoration: Decoration.Bold);

    public static Style Of(string eventType) => eventType.Split('.')[0] switch
    {
        "chat" => new Style(Color.Aqua),
        "user" => new Style(Color.Blue),
        "notification" => new Style(Color.Yellow),
        "system" => new Style(Color.Grey),
        _ => Style.Plain,
    };

    public static Style Of(ConnectionState state) => state switch
    {
        ConnectionState.Connected => Good,
        ConnectionState.BackingOff => Waiting,
        ConnectionState.Failed => Bad,
        _ => Dim,
    };
}
