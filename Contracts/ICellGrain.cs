using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Contracts;

/// <summary>
/// One cell, wherever it is asked for; key: the cell's id. Sees to it that sweeps which share the cell do not run it at the same time, and
/// keeps its result.
/// </summary>
[Alias("grid.cell-grain")]
public interface ICellGrain : IGrainWithStringKey
{
    /// <summary>Asks to run the cell, and again now and then to keep it.</summary>
    [Alias("claim")]
    Task<Standing> Claim(Claim claim);

    /// <summary>Gives the cell back without a result.</summary>
    [Alias("release")]
    Task Release(string sweep, long token);

    /// <summary>
    /// Keeps a result once and for all, durably before it answers; who else brings one later hears what is kept. A failure is kept until
    /// the cell is done or claimed again.
    /// </summary>
    [Alias("complete")]
    Task<CellResult> Complete(Completion completion);
}

/// <param name="Sweep">For which the cell would be run; its coordinator decides who does that, so that its later lease takes over from an
/// earlier one.</param>
/// <param name="Token">Token of the lease.</param>
/// <param name="For">How long it stays held without being claimed again.</param>
/// <param name="FailedAfter">Failures from before this moment do not count: the cell is to be tried again.</param>
[GenerateSerializer, Immutable, Alias("grid.claim")]
public sealed record Claim(
    [property: Id(0)] string Sweep, [property: Id(1)] long Token, [property: Id(2)] TimeSpan For,
    [property: Id(3)] DateTimeOffset FailedAfter);

/// <summary>Who may run a cell: nobody, for it has a <paramref name="Result"/>; the claimant; or another one.</summary>
/// <param name="Yours">True if the claimant may run it.</param>
/// <param name="Attempts">How often it has been tried before.</param>
[GenerateSerializer, Immutable, Alias("grid.standing")]
public sealed record Standing([property: Id(0)] CellResult? Result, [property: Id(1)] bool Yours, [property: Id(2)] int Attempts);

[GenerateSerializer, Immutable, Alias("grid.completion")]
public sealed record Completion([property: Id(0)] Cell Cell, [property: Id(1)] CellResult Result);
