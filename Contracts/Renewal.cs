namespace Grid.Contracts;

/// <param name="Doing">What the worker is at, in words.</param>
[GenerateSerializer, Immutable, Alias("grid.Renewal")]
public sealed record Renewal([property: Id(0)] int Group, [property: Id(1)] long Token, [property: Id(2)] string Doing);
