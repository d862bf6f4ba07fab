using McpSseActors.Dashboard;
using Microsoft.AspNetCore.Builder;

namespace Examples;

/// <summary>What a web service maps to be watched from a terminal or a browser.</summary>
internal static class AttachSnippets
{
    public static void MapStreams(WebApplication app)
    {
        // <docs:attach>
        app.MapMcpSseApi();
        // </docs:attach>
    }

    public static void MapDashboard(WebApplication app)
    {
        // <docs:dashboard>
        app.MapMcpSseDashboard();
        // </docs:dashboard>
    }

    public static void MapDashboardWithRoles(WebApplication app)
    {
        // <docs:dashboard-roles>
        app.MapMcpSseDashboard("/mcp-sse", options =>
        {
            options.OperatorPolicy = "operators";
            options.PayloadPolicy = "support";
        }).RequireAuthorization("staff");
        // </docs:dashboard-roles>
    }
}
