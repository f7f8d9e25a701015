using Orleans.Runtime;

namespace Grid.Contracts;

/// <summary>
/// What was asked for cannot be done. The message is written for the person who asked: it says why and what to do, and nothing about the
/// inside of the cluster.
/// </summary>
/// <remarks>The runtime wraps what storage throws, with its stack, unless it is an exception of Orleans': so this is one, and reaches the
/// caller as it is even when a grain cannot be activated. Who reads what an older version wrote finds no <see cref="IsPassing"/>; false is
/// left out, so that older versions read what they know.</remarks>
[GenerateSerializer, Alias("grid.exception"), OmitDefaultMemberValues]
public sealed class GridException : OrleansException
{
    public GridException(string message, bool isPassing = false, bool isForbidden = false) : base(message) =>
        (IsPassing, IsForbidden) = (isPassing, isForbidden);

    /// <summary>True where the same wish may be granted later: the storage was away. Else asking again is of no use.</summary>
    [Id(0)]
    public bool IsPassing { get; }

    /// <summary>True where it could be done, but not by who asked.</summary>
    [Id(1)]
    public bool IsForbidden { get; }
}
