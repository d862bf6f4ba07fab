using Akka.Hosting;
using McpSseActors.Dashboard;
using McpSseActors.Dashboard.Host;
using McpSseActors.Hosting;

// A host with streams in every state and its dashboard, for the tests in tests/dashboard and to look at the page:
//   dotnet run --project tests/McpSseActors.Dashboard.Host -- 8090
// With --fast, the stream of that name brings 10,000 events per second; with --empty, the host has none.

await using var servers = new Servers();
await servers.StartAsync();

var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Chat.Relay" });
builder.Logging.SetMinimumLevel(LogLevel.Critical);
builder.WebHost.UseUrls($"http://127.0.0.1:{(args is [var port, ..] ? port : "0")}");
builder.Services.AddAuthorization(policies => policies.AddPolicy("nobody", policy => policy.RequireAssertion(_ => false)));
builder.Services.AddMcpSseClient();
builder.Services.AddAkka("dashboard", (akka, _) => akka.WithMcpSse(mcp =>
{
    if (!args.Contains("--empty"))
        servers.AddStreams(mcp, isFastEnabled: args.Contains("--fast"));
}));

var app = builder.Build();
app.UsePathBase("/base");
app.UseRouting();
app.MapMcpSseDashboard();
// For browsers that come through a proxy.
app.MapMcpSseDashboard("/anyone").AllowAnonymous();
app.MapMcpSseDashboard("/viewer", options => (options.OperatorPolicy, options.PayloadPolicy) = ("nobody", "nobody"));
app.MapPost("/control/kill", servers.KillAsync);
app.MapPost("/control/revive", servers.ReviveAsync);
app.MapPost("/control/break", () => servers.IsBroken = true);
app.MapPost("/control/repair", () => servers.IsBroken = false);

await app.StartAsync();
Console.WriteLine($"{app.Urls.Single()}/mcp-sse/");
await app.WaitForShutdownAsync();
