namespace McpSseActors.Tests.Support;

/// <summary>Bounds a wait for something that a test set in motion.</summary>
public static class Within
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task LimitAsync(Task task) => task.WaitAsync(Limit);

    public static Task<T> LimitAsync<T>(Task<T> task) => task.WaitAsync(Limit);
}
