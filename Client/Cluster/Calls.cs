using Grid.Contracts;
using Grid.Contracts.Identity;
using Grid.Presentation.CommandLine;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace Grid.Client.Cluster;

/// <summary>Makes one line of whatever becomes of a call, and lets go of it when the user has had enough.</summary>
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

    /// <summary>Whether who was asked has gone; the cluster may not have noticed yet, and another answers once it has.</summary>
    public static bool IsAway(Exception? e) =>
        e is SiloUnavailableException or OrleansMessageRejectionException or ClientNotAvailableException or ConnectionFailedException;

    // Messages of other exceptions are made for those who run the cluster, and may name its inside.
    string Line(Exception e) => e switch
    {
        GridException => $"{e.Message} Ask again in a moment.",
        // A grain that could not be waked.
        { InnerException: GridException inner } => Line(inner),
        TimeoutException =>
            $"The cluster at {address} did not answer within {timeout.TotalSeconds:0} s; what was asked may have been done all the same. "
            + "Ask again, or give it longer with --timeout.",
        _ when IsAway(e) =>
            $"The cluster at {address} has gone away or is restarting; what it has finished is kept. Ask again in a moment.",
        _ =>
            $"The cluster at {address} met an error of its own ({e.GetType().Name}); its silos' logs tell more. "
            + $"Are they of the same version as this {ShellPath.Program}?",
    };
}
