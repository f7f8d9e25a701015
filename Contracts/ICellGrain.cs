using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Contracts;

/// <summary>
/// One cell for the whole cluster; the key is the cell's id. It prevents sweeps that share the cell from running it at the same time, and
/// keeps its result.
/// </summary>
[Alias("grid.cell-grain")]
public interface ICellGrain : IGrainWithStringKey
{
    /// <summary>Asks to run the cell; the worker asks again now and then to keep the claim.</summary>
    [Alias("claim")]
    Task<Standing> Claim(Claim claim);

    /// <summary>Gives the cell back without a result.</summary>
    [Alias("release")]
    Task Release(string sweep, long token);

    /// <summary>
    /// Keeps a result for good, and durably before it answers. A caller who brings another result later gets the kept one. A failure is
    /// kept until the cell is done or claimed again.
    /// </summary>
    [Alias("complete")]
    Task<CellResult> Complete(Completion completion);
}

/// <param name="Sweep">Id of the sweep that the cell would be run for. Its coordinator decides who runs it, so that a later lease takes
/// over from an earlier one.</param>
/// <param name="Token">Token of the lease.</param>
/// <param name="For">How long the claim lasts unless it is made again.</param>
/// <param name="FailedAfter">Failures before this moment do not count, for the cell is to be tried again.</param>
[GenerateSerializer, Immutable, Alias("grid.claim")]
public sealed record Claim(
    [property: Id(0)] string Sweep, [property: Id(1)] long Token, [property: Id(2)] TimeSpan For,
    [property: Id(3)] DateTimeOffset FailedAfter);

/// <summary>Says who may run a cell: nobody, for it has a <paramref name="Result"/>; the claimant; or another one.</summary>
/// <param name="Yours">True if the claimant may run it.</param>
/// <param name="Attempts">How often the cell has been tried before.</param>
[GenerateSerializer, Immutable, Alias("grid.standing")]
public sealed record Standing([property: Id(0)] CellResult? Result, [property: Id(1)] bool Yours, [property: Id(2)] int Attempts);

[GenerateSerializer, Immutable, Alias("grid.completion")]
public sealed record Completion([property: Id(0)] Cell Cell, [property: Id(1)] CellResult Result);
