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
    /// <typeparam name="T">The type of the payload.</typeparam>
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

    /// <summary>Maps a type or pattern as <c>MapPayload</c> does, and adds a delegate for its payloads. Events whose payload does not fit do not reach it.</summary>
    /// <typeparam name="T">The type of the payload.</typeparam>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">A delegate as for <see cref="HandlerRegistration.ForPayload{T}"/>: <c>(McpEvent&lt;Chat&gt; received) => …</c>.</param>
    /// <param name="options">How to read the payload, unless the type is mapped already. Default: <see cref="JsonSerializerOptions.Web"/>.</param>
    /// <param name="stream">The stream; null is every stream.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The form of the delegate is not supported.</exception>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    public McpSseBuilder AddPayloadHandler<T>(string pattern, Delegate handler, JsonSerializerOptions? options = null, string? stream = null)
        where T : notnull => MapPayload<T>(pattern, options, stream).AddHandler(HandlerRegistration.ForPayload<T>(pattern, handler), stream);

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
