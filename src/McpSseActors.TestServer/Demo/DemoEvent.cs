using System.Text;

namespace McpSseActors.TestServer.Demo;

/// <summary>One event of the demo server's log.</summary>
/// <param name="Number">Its place in the log, from 1, without gaps.</param>
/// <param name="Id">What its <c>id:</c> line says.</param>
/// <param name="Type">Its type.</param>
/// <param name="Json">Its data, one line of JSON.</param>
/// <param name="Time">When it was added.</param>
internal sealed record DemoEvent(long Number, string Id, string Type, string Json, DateTimeOffset Time)
{
    /// <summary>The event as it goes over the wire.</summary>
    public byte[] ToWire() => Encoding.UTF8.GetBytes($"id: {Id}\nevent: {Type}\ndata: {Json}\n\n");
}
