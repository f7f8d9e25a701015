using Orleans.Runtime;

namespace Grid.Contracts;

/// <summary>
/// What was asked for cannot be done. The message is for the person who asked: it says why and what to do, and nothing about the cluster's
/// internals.
/// </summary>
/// <remarks>The runtime wraps what storage throws, with its stack, unless it is an exception of Orleans. Therefore this class is derived
/// from one: it reaches the caller unchanged even if a grain cannot be activated. A message of an older version lacks
/// <see cref="IsPassing"/>; false is not written, so that older versions can read it.</remarks>
[GenerateSerializer, Alias("grid.exception"), OmitDefaultMemberValues]
public sealed class GridException : OrleansException
{
    public GridException(string message, bool isPassing = false, bool isForbidden = false) : base(message) =>
        (IsPassing, IsForbidden) = (isPassing, isForbidden);

    /// <summary>True if the same request may succeed later, because the storage was away. Otherwise asking again does not help.</summary>
    [Id(0)]
    public bool IsPassing { get; }

    /// <summary>True if somebody else may do it, but not this caller.</summary>
    [Id(1)]
    public bool IsForbidden { get; }
}
