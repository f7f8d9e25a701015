using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests.Curves;

public class PoisonedClassesTests
{
    static CellOutcome Flipped(double strength, int seed, ImmutableArray<ImmutableArray<int>> confusion)
    {
        var cell = Make.Outcome(Make.Cell(new("label-flip"), strength, seed), (Metric.MacroF1, new(ClassScore.MacroF1(confusion))));
        return cell with { Result = cell.Result! with { Confusion = confusion } };
    }

    [Fact]
    public void Seeds_are_counted_together_beside_their_controls()
    {
        var classes = PoisonedClasses.Of(
            [Flipped(0, 0, [[4, 0], [0, 4]]), Flipped(0, 1, [[3, 1], [0, 4]]), Flipped(0.3, 0, [[4, 0], [2, 2]]),
                Flipped(0.3, 1, [[4, 0], [3, 1]])], Make.Terms).Single();
        Assert.Equal((0.3, 2, "label-flip"), (classes.Strength, classes.Seeds, classes.Name.Attack));
        Assert.Equal([[8, 0], [5, 3]], classes.Confusion.Select(r => r.ToArray()));
        Assert.Equal([[7, 1], [0, 8]], classes.Clean!.Value.Select(r => r.ToArray()));
        Assert.Equal(1, classes.WorstHit);
        Assert.Equal(3 / 8.0, classes.Scores[1].Recall);
    }

    [Fact]
    public void A_seed_without_its_control_is_left_out_where_others_have_one()
    {
        CellOutcome[] cells = [Flipped(0, 0, [[4, 0], [0, 4]]), Flipped(0.3, 0, [[4, 0], [2, 2]]), Flipped(0.3, 1, [[0, 4], [4, 0]])];
        Assert.Equal([[4, 0], [2, 2]], PoisonedClasses.Of(cells, Make.Terms).Single().Confusion.Select(r => r.ToArray()));
        var alone = PoisonedClasses.Of(cells[2..], Make.Terms).Single();
        Assert.Equal((1, true, null), (alone.Seeds, alone.Clean is null, alone.WorstHit));
    }
}
