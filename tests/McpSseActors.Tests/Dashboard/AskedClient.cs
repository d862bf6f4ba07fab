using System.Reflection;

namespace McpSseActors.Tests.Dashboard;

/// <summary>Passes everything on to a client, except for what has another answer, and counts what is asked.</summary>
public class AskedClient : DispatchProxy
{
    private Func<IMcpSseClient> _client = null!;

    public ConcurrentDictionary<string, int> Asked { get; } = new();

    /// <summary>What is answered in place of the client, by the names of its methods.</summary>
    public ConcurrentDictionary<string, object> Answers { get; } = new();

    public static (IMcpSseClient Client, AskedClient Log) Of(Func<IMcpSseClient> client)
    {
        var proxy = Create<IMcpSseClient, AskedClient>();
        var log = (AskedClient)proxy;
        log._client = client;
        return (proxy, log);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Asked.AddOrUpdate(targetMethod!.Name, 1, (_, count) => count + 1);
        return Answers.TryGetValue(targetMethod.Name, out var answer) ? answer : targetMethod.Invoke(_client(), BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
