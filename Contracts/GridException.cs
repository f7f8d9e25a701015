namespace Grid.Contracts;

/// <summary>
/// What was asked for cannot be done. The message is written for the person who asked: it says why and what to do, and nothing about the inside of
/// the cluster.
/// </summary>
[GenerateSerializer, Alias("grid.GridException")]
public sealed class GridException : Exception
{
    public GridException(string message) : base(message) { }
}
