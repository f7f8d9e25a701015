using Grid.Contracts;
using Grid.Contracts.Identity;
using Grid.Presentation.CommandLine;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace Grid.Client.Cluster;

/// <summary>Makes a call, turns every way in which it can fail into one line, and ends the waiting when the user presses Ctrl-C.</summary>
sealed class Calls(ClusterAddress address, TimeSpan timeout, Proofs? proofs, CancellationToken ct) : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        try
        {
            Caller.Is(Environment.UserName);
            if (proofs?.Now() is { } proof) Caller.Proves(proof);
            await context.Invoke().WaitAsync(ct);
        }
        catch (Exception e) when (e is not (GridException { IsPassing: false } or OperationCanceledException))
        {
            throw new ClusterException(Line(e), e);
        }
    }

    /// <summary>Whether the silo that was asked is gone. The cluster may not have noticed this yet; once it has, another silo
    /// answers.</summary>
    public static bool IsAway(Exception? e) =>
        e is SiloUnavailableException or OrleansMessageRejectionException or ClientNotAvailableException or ConnectionFailedException;

    // Messages of other exceptions are made for those who run the cluster, and may name its inside.
    string Line(Exception e) => e switch
    {
        GridException => $"{e.Message} Ask again in a moment.",
        // A grain could not be activated.
        { InnerException: GridException inner } => Line(inner),
        TimeoutException =>
            $"The cluster at {address} did not answer within {timeout.TotalSeconds:0} s. It may have done what was asked all the same. "
            + "Ask again, or give it longer with --timeout.",
        _ when IsAway(e) =>
            $"The cluster at {address} has gone away or is restarting; what it has finished is kept. Ask again in a moment.",
        _ =>
            $"The cluster at {address} met an internal error ({e.GetType().Name}); the logs of its silos say more. "
            + $"Check that they have the same version as this {ShellPath.Program}.",
    };
}
