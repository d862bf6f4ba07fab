using System.Collections.Immutable;
using Akka.Actor;
using McpSseActors.Actors;
using McpSseActors.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpSseActors.Hosting;

/// <summary>Configures the streams of a host and their handlers. Passed to the callback of <c>WithMcpSse</c>.</summary>
public sealed partial class McpSseBuilder
{
    private readonly List<StreamOptions> _streams = [];
    private readonly List<(HandlerRegistration Handler, string? Stream)> _handlers = [];
    private readonly List<TomlSource> _files = [];
    private readonly List<Action<McpSseOptions>> _onReloaded = [];

    internal McpSseBuilder()
    {
    }

    /// <summary>Adds the streams of a TOML file, with the overrides of the environment.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reload">Whether the file is watched, and a change of it applied while running. Default: false; then
    /// <see cref="ReloadConfiguration"/> reloads it.</param>
    /// <exception cref="McpSseConfigurationException">The file is missing or faulty; names every fault.</exception>
    public McpSseBuilder FromToml(string path, bool reload = false)
    {
        var source = TomlSource.Read(path, reload);
        return From(source.Options with { Source = source });
    }

    /// <summary>Calls back with each reloaded configuration, right before it is applied, for example to set the level of your own log.</summary>
    /// <param name="callback">Called on an actor's thread, so it must not block; what it throws is logged.</param>
    public McpSseBuilder OnReloaded(Action<McpSseOptions> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _onReloaded.Add(callback);
        return this;
    }

    /// <summary>Adds the streams of a configuration section with the keys of the TOML table <c>[mcp_sse]</c>.</summary>
    /// <param name="section">The section, usually <c>configuration.GetSection("mcp_sse")</c>.</param>
    /// <exception cref="McpSseConfigurationException">The section is faulty; names every fault.</exception>
    public McpSseBuilder FromConfiguration(IConfiguration section) => From(SectionConfiguration.Read(section));

    /// <summary>Adds the streams of the host's <c>IOptions&lt;McpSseOptions&gt;</c>; <c>AddMcpSseOptions</c> reads them from a section.</summary>
    /// <param name="provider">The host's services, which <c>AddAkka</c> hands to its callback.</param>
    /// <exception cref="OptionsValidationException">The options are faulty; names every fault.</exception>
    public McpSseBuilder FromOptions(IServiceProvider provider) => From(provider.GetRequiredService<IOptions<McpSseOptions>>().Value);

    /// <summary>Adds the streams of a configuration that you read or changed yourself, for example with <see cref="TomlConfiguration.Load"/>.</summary>
    /// <param name="options">The configuration. If <see cref="TomlConfiguration.Load"/> read it with <c>reload</c>, its file is followed.</param>
    public McpSseBuilder From(McpSseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _streams.AddRange(options.Streams);
        if (options.Source is { } file)
            _files.Add(file with { Options = options });
        WithDeadLetters(options.Delivery.DeadLetters);
        (_retry, _retryByHandler) = (options.Delivery.Retry, options.Delivery.RetryByHandler);
        if (options.Delivery.Guarantee is DeliveryGuarantee.AtLeastOnce)
            WithDurableDelivery(delivery => delivery.In(options.Delivery.Store).OnStoreFailure(options.Delivery.OnStoreFailure)
                .Retry(options.Delivery.Retry ?? new RetryOptions()));
        return this;
    }

    /// <summary>Adds a stream.</summary>
    /// <param name="options">The stream; it connects only with <see cref="StreamOptions.Enabled"/>.</param>
    public McpSseBuilder AddStream(StreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _streams.Add(options);
        return this;
    }

    /// <summary>Adds an enabled stream.</summary>
    /// <param name="serverUrl">The URL of the event stream.</param>
    /// <param name="configure">Changes the defaults: <c>o => o with { AuthKey = key }</c>.</param>
    public McpSseBuilder AddStream(string serverUrl, Func<StreamOptions, StreamOptions>? configure = null)
    {
        var options = new StreamOptions { Enabled = true, ServerUrl = serverUrl };
        return AddStream(configure?.Invoke(options) ?? options);
    }

    /// <summary>
    /// Adds a handler actor for a type or pattern, one instance per stream. Its constructor arguments come from the host's services, in a scope
    /// that ends with the instance. If one is missing, the host does not start.
    /// </summary>
    /// <typeparam name="TActor">The actor; it receives <see cref="McpEvent"/>, one at a time, or is a <see cref="BatchHandler"/>.</typeparam>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>). Default: <c>*</c>, all events.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    public McpSseBuilder AddHandler<TActor>(string pattern = EventPattern.All, string? stream = null)
        where TActor : ActorBase => AddHandler(HandlerRegistration.ForActor<TActor>(pattern), stream);

    /// <summary>
    /// Adds a handler that gets a new scope and a new instance for each event, for services such as a <c>DbContext</c>. If a constructor argument
    /// is missing, the host does not start.
    /// </summary>
    /// <typeparam name="THandler">The class; its constructor arguments come from the scope.</typeparam>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>). Default: <c>*</c>, all events.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="FormatException">The pattern is empty or contains a line break.</exception>
    public McpSseBuilder AddScopedHandler<THandler>(string pattern = EventPattern.All, string? stream = null)
        where THandler : class, IEventHandler => AddHandler(HandlerRegistration.ForScoped<THandler>(pattern), stream);

    /// <summary>Adds a delegate as a handler for a type or pattern.</summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">A delegate as for <see cref="HandlerRegistration.ForDelegate"/>: <c>async (McpEvent received) => …</c>.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The form of the delegate is not supported.</exception>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    public McpSseBuilder AddHandler(string pattern, Delegate handler, string? stream = null) =>
        AddHandler(HandlerRegistration.ForDelegate(pattern, handler), stream);

    /// <summary>Adds a delegate as a handler for all events.</summary>
    /// <param name="handler">A delegate as for <see cref="HandlerRegistration.ForDelegate"/>: <c>(McpEvent received) => …</c>.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The form of the delegate is not supported.</exception>
    public McpSseBuilder AddHandler(Delegate handler, string? stream = null) => AddHandler(EventPattern.All, handler, stream);

    /// <summary>Adds an actor created from props as a handler for a type or pattern, one instance per stream.</summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="props">The actor's props; it receives <see cref="McpEvent"/>, one at a time, or is a <see cref="BatchHandler"/>.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The props are of a pool or group.</exception>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    public McpSseBuilder AddHandler(string pattern, Props props, string? stream = null) =>
        AddHandler(HandlerRegistration.ForProps(pattern, props), stream);

    /// <summary>Adds an existing actor as a handler for a type or pattern.</summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">The actor; it receives <see cref="McpEvent"/>, one at a time.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The reference is <see cref="ActorRefs.Nobody"/>.</exception>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    public McpSseBuilder AddHandler(string pattern, IActorRef handler, string? stream = null) =>
        AddHandler(HandlerRegistration.ForActorRef(pattern, handler), stream);

    /// <summary>Adds a handler with all its settings: <c>HandlerRegistration.ForActor&lt;T>(pattern) with { … }</c>.</summary>
    /// <param name="registration">The handler.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    /// <returns>This builder.</returns>
    public McpSseBuilder AddHandler(HandlerRegistration registration, string? stream = null)
    {
        ArgumentNullException.ThrowIfNull(registration);
        _handlers.Add((registration, stream));
        return this;
    }

    /// <summary>Checks everything that was named.</summary>
    /// <exception cref="McpSseConfigurationException">Something is faulty; names every fault.</exception>
    internal McpSseSetup Build()
    {
        ImmutableArray<StreamOptions> streams = [.. _streams.Select(s => s with { Name = StreamName.Of(s) })];
        var faults = OptionsValidation.Check(streams)
            .AddRange(_handlers.Where(h => IsUnknown(h.Stream)).Select(h => NoStream($"handler {h.Handler.Name}", h.Stream)))
            .AddRange(_payloads.Where(p => IsUnknown(p.Stream)).Select(p => NoStream($"payload of {p.Mapping.Pattern}", p.Stream)))
            .AddRange(streams.SelectMany(PayloadFaults).Distinct());
        if (!faults.IsEmpty)
            throw new McpSseConfigurationException(faults);
        return new McpSseSetup(streams, [.. _handlers])
        {
            Payloads = [.. _payloads],
            OpenPositions = _delivery?.Open,
            OpenDeadLetters = _delivery?.OpenDeadLetters,
            OpenStreams = _delivery?.OpenStreams,
            Restore = _restore ?? (options => options),
            DeadLetters = _deadLetters,
            Retry = _retry ?? _delivery?.Retries,
            RetryByHandler = _retryByHandler,
            OnStoreFailure = _delivery?.FailurePolicy ?? StoreFailure.Continue,
            Files = [.. _files],
            OnReloaded = [.. _onReloaded],
        };

        bool IsUnknown(string? stream) => stream is not null && streams.All(s => s.Name != stream);
    }

    private static ConfigurationFault NoStream(string what, string? stream) => new(
        "code", null, null, null, $"the {what} is for stream '{stream}', which does not exist", "name one of the streams, or none for all");
}
