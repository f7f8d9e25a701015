namespace Grid.Contracts;

/// <param name="Doing">A line that says what the worker does.</param>
/// <param name="Attempt">Attempt of the lease, for a coordinator that was made again does not know it.</param>
[GenerateSerializer, Immutable, Alias("grid.renewal")]
public sealed record Renewal(
    [property: Id(0)] int Group, [property: Id(1)] long Token, [property: Id(2)] string Doing, [property: Id(3)] int Attempt);
