using Akka.Actor;

namespace McpSseActors.Actors.DeadLetters;

/// <summary>One request to retry letters, and how far it has come.</summary>
/// <param name="asker">Gets the answer; nobody at a start.</param>
internal sealed class RetryRun(IActorRef asker)
{
    private const int MostFaults = 100;

    private readonly List<DeadLetterFault> _faults = [];
    private IActorRef _asker = asker;
    private int _handled;
    private int _left;

    /// <summary>Gets whether it looks for letters for which a retry was requested before their stream started.</summary>
    public bool IsOfStart { get; init; }

    /// <summary>Gets whether nothing is left to do.</summary>
    public bool IsDone => _left == 0;

    /// <summary>Gets the number of letters that stay.</summary>
    public int Failed { get; private set; }

    /// <summary>Gets the last reason why a letter stays; null for none.</summary>
    public string? LastFault => _faults is [.., var last] ? last.Reason : null;

    /// <summary>Takes note of how many letters were found.</summary>
    public void Begin(int letters) => _left = letters;

    public void Succeed()
    {
        _handled++;
        _left--;
    }

    public void Fail(string id, string reason)
    {
        Failed++;
        _left--;
        if (_faults.Count < MostFaults)
            _faults.Add(new DeadLetterFault(id, reason));
    }

    /// <summary>Leaves one letter to another run.</summary>
    public void Forget() => _left--;

    /// <summary>Answers with what is done by now; only the first answer counts.</summary>
    public void Answer() => Answer(new DeadLettersRetried(_handled, Failed, _left, [.. _faults]));

    /// <summary>Answers that no letter can be retried.</summary>
    public void Refuse(Exception fault) => Answer(new Status.Failure(fault));

    private void Answer(object answer)
    {
        _asker.Tell(answer);
        _asker = ActorRefs.Nobody;
    }
}
