using Orleans.Runtime;

namespace Grid.Contracts;

/// <summary>
/// What was asked for cannot be done. The message is for the person who asked: it says why and what to do, and nothing about the cluster's
/// internals.
/// </summary>
/// <remarks>The runtime wraps what storage throws, with its stack, unless it is an exception of Orleans': so this is one, and reaches the
/// caller as it is even when a grain cannot be activated. Who reads what an older version wrote finds no <see cref="IsPassing"/>; false is
/// left out, so that older versions read what they know.</remarks>
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
