using System.Security.Claims;
using System.Text.Encodings.Web;
using Akka.Hosting;
using McpSseActors.Dashboard;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpSseActors.Tests.Dashboard;

/// <summary>A web application with streams and their dashboard, on real sockets. A request is of the user whom the header <c>User</c> names.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DashboardHost(WebApplication app)
    {
        _app = app;
        Url = new Uri(app.Urls.First());
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(Url, "/mcp-sse/") };
    }

    public Uri Url { get; }

    /// <summary>Asks below <c>/mcp-sse/</c>.</summary>
    public HttpClient Http { get; }

    public IMcpSseClient Client => _app.Services.GetRequiredService<IMcpSseClient>();

    /// <summary>The lines that the dashboard logs.</summary>
    public ConcurrentQueue<string> Log => _app.Services.GetRequiredService<Lines>().All;

    /// <summary>Starts one.</summary>
    /// <param name="streams">Its streams.</param>
    /// <param name="map">Maps the dashboard; null maps it as in the one line of the page.</param>
    /// <param name="services">Adds services.</param>
    public static Task<DashboardHost> StartAsync(
        Action<McpSseBuilder> streams, Action<WebApplication>? map = null, Action<IServiceCollection>? services = null) => StartAsync(
            "dashboard",
            akka => akka.AddHocon("akka.loglevel = WARNING\nakka.stdout-loglevel = OFF\nakka.loggers = []", HoconAddMode.Prepend).WithMcpSse(streams),
            map,
            services);

    /// <summary>Starts one with a separate actor system.</summary>
    public static async Task<DashboardHost> StartAsync(
        string system, Action<AkkaConfigurationBuilder> configure, Action<WebApplication>? map = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "shop" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting().AddMcpSseClient();
        builder.Services.AddSingleton<Lines>().AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<Lines>());
        services?.Invoke(builder.Services);
        builder.Services.AddAkka(system, configure);
        var app = builder.Build();
        (map ?? (web => web.MapMcpSseDashboard()))(app);
        await app.StartAsync();
        return new DashboardHost(app);
    }

    /// <summary>Adds users: everyone whom a request names, with the roles that it names.</summary>
    public static void AddUsers(IServiceCollection services)
    {
        services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, UserOfHeader>("test", null);
        services.AddAuthorizationBuilder()
            .AddPolicy("see", policy => policy.RequireAuthenticatedUser())
            .AddPolicy("act", policy => policy.RequireRole("operator"))
            .AddPolicy("read", policy => policy.RequireRole("reader"));
    }

    public async Task<JsonElement> GetAsync(string path, string? user = null)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, user);
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonElement.Parse(body);
    }

    /// <summary>Acts as the page does.</summary>
    public Task<HttpResponseMessage> ActAsync(string path, string? body = null, string? user = null) =>
        SendAsync(HttpMethod.Post, path, user, request =>
        {
            request.Headers.Add("X-Mcp-Sse", "1");
            request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        });

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? user = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (user is not null)
            request.Headers.Add("User", user);
        change?.Invoke(request);
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>What a problem document says.</summary>
    public static async Task<string> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        return problem.GetProperty("detail").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => categoryName == "McpSseActors.Dashboard" ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => logLevel >= Microsoft.Extensions.Logging.LogLevel.Information;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }

    private sealed class UserOfHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["User"].ToString() is not { Length: > 0 } user)
                return Task.FromResult(AuthenticateResult.NoResult());
            var roles = user.Split('+');
            var identity = new ClaimsIdentity([new(ClaimTypes.Name, roles[0]), .. roles[1..].Select(role => new Claim(ClaimTypes.Role, role))], "test");
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), "test")));
        }
    }
}
