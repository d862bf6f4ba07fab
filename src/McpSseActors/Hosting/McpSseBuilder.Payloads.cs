using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using McpSseActors.Events;
using McpSseActors.Mcp;

namespace McpSseActors.Hosting;

/// <content>What payloads are.</content>
public sealed partial class McpSseBuilder
{
    private readonly List<(PayloadMapping Mapping, string? Stream)> _payloads = [];

    /// <summary>
    /// Says that the payloads of a type or pattern are JSON of <typeparamref name="T"/>: such events come as <see cref="McpEvent{T}"/>. Of several
    /// mappings that fit a type the first counts. A payload that does not fit is counted and published as
    /// <see cref="PayloadRejected"/>, and its event comes as a plain <see cref="McpEvent"/>.
    /// </summary>
    /// <typeparam name="T">What the payload is.</typeparam>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="options">How it is read. Default: <see cref="JsonSerializerOptions.Web"/>.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    public McpSseBuilder MapPayload<T>(string pattern, JsonSerializerOptions? options = null, string? stream = null)
        where T : notnull => Map(PayloadMapping.Of<T>(pattern, options), stream);

    /// <inheritdoc cref="MapPayload{T}(string, JsonSerializerOptions?, string?)"/>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="typeInfo">How it is read; from a source generated <c>JsonSerializerContext</c>.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    public McpSseBuilder MapPayload<T>(string pattern, JsonTypeInfo<T> typeInfo, string? stream = null)
        where T : notnull => Map(PayloadMapping.Of(pattern, typeInfo), stream);

    /// <summary>Maps a type or pattern as <c>MapPayload</c> does, and adds a delegate for its payloads; events whose payload does not fit pass it by.</summary>
    /// <typeparam name="T">What the payload is.</typeparam>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">Called for one event at a time.</param>
    /// <param name="options">How the payload is read, unless the type was mapped before. Default: <see cref="JsonSerializerOptions.Web"/>.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    public McpSseBuilder AddPayloadHandler<T>(string pattern, Action<McpEvent<T>> handler, JsonSerializerOptions? options = null, string? stream = null)
        where T : notnull => MapPayload<T>(pattern, options, stream).Add(HandlerRegistration.ForPayload(pattern, handler), stream);

    /// <inheritdoc cref="AddPayloadHandler{T}(string, Action{McpEvent{T}}, JsonSerializerOptions?, string?)"/>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">Called for one event at a time; the next waits until its task has ended.</param>
    /// <param name="options">How the payload is read, unless the type was mapped before. Default: <see cref="JsonSerializerOptions.Web"/>.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    public McpSseBuilder AddPayloadHandler<T>(string pattern, Func<McpEvent<T>, Task> handler, JsonSerializerOptions? options = null, string? stream = null)
        where T : notnull => MapPayload<T>(pattern, options, stream).Add(HandlerRegistration.ForPayload(pattern, handler), stream);

    /// <inheritdoc cref="AddPayloadHandler{T}(string, Action{McpEvent{T}}, JsonSerializerOptions?, string?)"/>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">Called for one event at a time; its token is cancelled when its actor stops, with the host at the latest.</param>
    /// <param name="options">How the payload is read, unless the type was mapped before. Default: <see cref="JsonSerializerOptions.Web"/>.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    public McpSseBuilder AddPayloadHandler<T>(
        string pattern, Func<McpEvent<T>, CancellationToken, Task> handler, JsonSerializerOptions? options = null, string? stream = null)
        where T : notnull => MapPayload<T>(pattern, options, stream).Add(HandlerRegistration.ForPayload(pattern, handler), stream);

    private McpSseBuilder Map(PayloadMapping mapping, string? stream)
    {
        _payloads.Add((mapping, stream));
        return this;
    }

    // A handler of payloads whose type an earlier mapping takes for something else would never be called.
    private IEnumerable<ConfigurationFault> PayloadFaults(StreamOptions options) =>
        from handler in _handlers
        where handler.Handler.PayloadType is not null && (handler.Stream ?? options.Name) == options.Name
        let pattern = handler.Handler.Pattern.Text
        let mapped = _payloads.Where(p => (p.Stream ?? options.Name) == options.Name).Select(p => p.Mapping).Concat(McpPayloads.Of(options))
            .FirstOrDefault(p => p.Pattern.Matches(pattern))?.PayloadType
        where mapped != handler.Handler.PayloadType
        select new ConfigurationFault("code", null, null, null,
            $"the handler of {pattern} wants {handler.Handler.PayloadType}, but the payload of {pattern} is {mapped?.ToString() ?? "not mapped"}",
            "map it to what the handler wants, before any other mapping that fits");
}
