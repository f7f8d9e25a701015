namespace Grid.Contracts;

/// <param name="Doing">What the worker is at, in words.</param>
/// <param name="Attempt">The lease's: a coordinator made anew does not know it.</param>
[GenerateSerializer, Immutable, Alias("grid.renewal")]
public sealed record Renewal(
    [property: Id(0)] int Group, [property: Id(1)] long Token, [property: Id(2)] string Doing, [property: Id(3)] int Attempt);
