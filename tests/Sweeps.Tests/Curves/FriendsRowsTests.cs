using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Tests.Curves;

public class FriendsRowsTests
{
    static CellOutcome Cell(
        double noise, double clip, double strength, int seed = 0, (long Successes, long Trials)? rate = null,
        double error = 1, double residual = 2)
    {
        var cell = new Cell(
            new("houses"), new("linear"), new("training"), null, new("price-poisoning"),
            new("friends", ("noise_std", noise), ("clip_threshold", clip), ("recover", true)), strength, seed, new("evaluation"));
        return rate is not var (successes, trials) ? Make.Pending(cell) : Make.Outcome(
            cell, (Metric.AttackSuccessRate, Measurement.Rate(successes, trials)), (Metric.MeanAbsError, new(error)),
            (Metric.ResidualStd, new(residual)));
    }

    [Fact]
    public void A_cell_stands_beside_its_control()
    {
        var row = Assert.Single(FriendsRows.Build([Cell(8, 8, 0, rate: (20, 200)), Cell(8, 8, 1, rate: (33, 200))], Make.Terms));
        var (low, high) = Intervals.ClopperPearson(33, 200);
        var (excessLow, excessHigh) = Intervals.Newcombe(33, 200, 20, 200);
        Assert.Equal(new FriendsRow("friends(recover=true)", 8, 8, 1, 200, 33, 0.165, low, high, 0.1, 0.165 - 0.1, excessLow,
            excessHigh, 1, 2), row);
    }

    [Fact]
    public void Trials_known_one_by_one_are_compared_pair_by_pair()
    {
        // Of 200 trials the attack wins 30 with poison, 29 of them also without.
        static CellOutcome With(CellOutcome cell, int won) =>
            cell with { Result = cell.Result! with { Outcomes = OutcomeBits.From([.. Enumerable.Range(0, 200).Select(i => i >= won)]) } };

        var row =
            FriendsRows.Build([With(Cell(8, 8, 0, rate: (29, 200)), 29), With(Cell(8, 8, 1, rate: (30, 200)), 30)], Make.Terms).Single();
        Assert.Equal(Intervals.Tango(1, 0, 200), new Interval(row.ExcessLow, row.ExcessHigh));
    }

    [Fact]
    public void Rows_keep_to_their_own_control()
    {
        var rows = FriendsRows.Build(
            [
                Cell(5, 1, 0, rate: (1, 100)), Cell(5, 1, 1, rate: (2, 100)),
                Cell(5, 2, 0, rate: (3, 100)), Cell(5, 2, 1, rate: (4, 100)), Cell(5, 2, 2, rate: (9, 100)),
            ],
            Make.Terms);
        Assert.Equal([(1, 1, 0.02, 0.01), (2, 1, 0.04, 0.03), (2, 2, 0.09, 0.03)],
            rows.Select(r => (r.ClipThreshold, r.Strength, r.SuccessRate, r.ControlRate)));
    }

    [Fact]
    public void Seeds_pool_their_trials()
    {
        var row =
            FriendsRows.Build([Cell(8, 8, 1, 0, (10, 100), error: 1, residual: 3), Cell(8, 8, 1, 1, (60, 300), error: 2, residual: 5)],
                Make.Terms).Single();
        Assert.Equal((400, 70, 0.175, 1.75), (row.Trials, row.Successes, row.SuccessRate, row.MeanAbsError));
        Assert.Equal(Math.Sqrt((9 + 3 * 25) / 4.0), row.ResidualStd, 1e-12);
    }

    [Fact]
    public void Without_its_control_the_excess_is_unknown()
    {
        var row = FriendsRows.Build([Cell(8, 8, 0), Cell(8, 8, 1, rate: (33, 200))], Make.Terms).Single();
        Assert.All([row.ControlRate, row.ExcessRate, row.ExcessLow, row.ExcessHigh], v => Assert.True(double.IsNaN(v)));
    }

    [Fact]
    public void Other_defenses_have_no_row() =>
        Assert.Empty(FriendsRows.Build([Make.Right(Make.Cell(Make.Fgsm, 0.1), 5), Cell(1, 1, 1)], Make.Terms));
}
