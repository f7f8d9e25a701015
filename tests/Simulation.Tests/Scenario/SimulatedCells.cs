using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Simulation.Tests;

/// <summary>What the cells of simulations give: a function of the cell alone, as in real life.</summary>
static class SimulatedCells
{
    public const string Reason = "this cell is impossible";

    static readonly Provenance Nowhere = new("1", "none", "none", "", "simulation");

    public static CellResult Result(CellId id, int attempt)
    {
        var dice = DiceOf(id);
        if (dice.Below(20) == 0) return CellResult.Failed(id, FailureKind.Experiment, Reason, 1, attempt, Nowhere);
        var right = dice.Below(101);
        return new(
            id, CellStatus.Done, ImmutableSortedDictionary<string, Measurement>.Empty.Add(Metric.RobustAccuracy, Measurement.Rate(right, 100)), null, null, 1, attempt, Nowhere);
    }

    static Dice DiceOf(CellId id) => new(id.Value.Aggregate(14695981039346656037, (hash, letter) => (hash ^ letter) * 1099511628211));
}
