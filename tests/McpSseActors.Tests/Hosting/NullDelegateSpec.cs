namespace McpSseActors.Tests.Hosting;

/// <summary>A delegate that is null is refused where it is passed, not where it would be called.</summary>
public sealed class NullDelegateSpec
{
    [Fact]
    public async Task Should_refuse_null_at_once()
    {
        var builder = new McpSseBuilder();
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "s" }));
        Action[] calls =
        [
            () => HandlerRegistration.ForDelegate("x", null!),
            () => HandlerRegistration.ForPayload<string>("x", null!),
            () => builder.AddHandler("x", (Delegate)null!),
            () => builder.AddHandler((Delegate)null!),
            () => builder.AddPayloadHandler<string>("x", null!),
            () => builder.OnReloaded(null!),
            () => host.Client.OnStateChanged(null!),
        ];

        foreach (var call in calls)
            Should.Throw<ArgumentNullException>(call);
        await Should.ThrowAsync<ArgumentNullException>(() => host.Client.AddHandlerAsync("x", (Delegate)null!));
        await Should.ThrowAsync<ArgumentNullException>(() => host.Client.AddHandlerAsync((Delegate)null!));
    }
}
