using McpSseActors.Hosting;
using Microsoft.AspNetCore.Builder;

namespace Examples;

/// <summary>What a web service maps to be watched from a terminal.</summary>
internal static class AttachSnippets
{
    public static void MapStreams(WebApplication app)
    {
        // <docs:attach>
        app.MapGet("/stats", (IMcpSseClient streams, CancellationToken gone) => streams.GetAllStatsAsync(gone));
        app.MapGet("/recent", async (IMcpSseClient streams, string stream, CancellationToken gone, int count = 20, string type = "*") =>
            (await streams.GetEventsByTypeAsync(type, count, stream, gone))
                .Select(e => new { e.Stream, Type = e.EventType, Id = e.EventId, e.Timestamp, e.Data }));
        // </docs:attach>
    }
}
