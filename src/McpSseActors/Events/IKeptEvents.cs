namespace McpSseActors.Events;

/// <summary>Events that are kept to be queried, in the order of the stream.</summary>
internal interface IKeptEvents
{
    /// <summary>Gets how many events can be queried.</summary>
    int Accepted { get; }

    /// <summary>Gets what they hold of memory, in bytes.</summary>
    long Size { get; }

    /// <summary>Where the events lie that can be queried.</summary>
    IEnumerable<int> Places { get; }

    string Type(int place);

    /// <summary>The event as an object that owns its bytes.</summary>
    McpEvent ToEvent(int place);

    /// <summary>They are kept no more.</summary>
    void Release();
}
