namespace Grid.Contracts;

/// <summary>Which cells to run again.</summary>
/// <param name="Cell">One cell by its id, whatever it is; null for all.</param>
/// <param name="Failed">Those that failed; those without a result are always meant.</param>
[GenerateSerializer, Immutable, Alias("grid.retry")]
public sealed record Retry([property: Id(0)] string? Cell, [property: Id(1)] bool Failed);
