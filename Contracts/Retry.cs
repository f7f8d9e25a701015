namespace Grid.Contracts;

/// <summary>Names the cells to run again.</summary>
/// <param name="Cell">Id of one cell, in any state; null for all cells.</param>
/// <param name="Failed">Whether failed cells are meant; cells without a result always are.</param>
[GenerateSerializer, Immutable, Alias("grid.retry")]
public sealed record Retry([property: Id(0)] string? Cell, [property: Id(1)] bool Failed);
