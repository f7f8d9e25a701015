using Grid.Sweeps.Cells;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests.Curves;

public class OptimalityTests
{
    static CellOutcome[] Curve(Choice attack, params string[] bits) =>
        [.. bits.Select((b, i) => Make.Outcome(Make.Cell(attack, 0.1 * i), b))];

    static double? Of(string attack, params CellOutcome[] cells) =>
        CurveBuilder.Build(cells, Make.Terms)
            .SingleOrDefault(c => c.Metric == Metric.Optimality && c.Attack == attack)?.Points.Single().Mean;

    [Fact]
    public void Who_is_the_lowest_curve_has_1_and_who_breaks_nothing_0()
    {
        CellOutcome[] cells = [.. Curve(Make.Fgsm, "1111", "1111", "1111"), .. Curve(Make.Pgd, "1111", "1100", "0000")];
        Assert.Equal(0, Of("fgsm", cells)!.Value, 1e-12);
        Assert.Equal(1, Of("pgd(steps=40)", cells)!.Value, 1e-12);
    }

    [Fact]
    public void What_any_attack_has_broken_at_a_smaller_strength_counts_as_broken()
    {
        // The lowest curve is 4, 2, 0 of 4: its area below the start is .1 * (2 / 2 + (2 + 4) / 2) / 4; each attack leaves two more at .2.
        CellOutcome[] cells = [.. Curve(Make.Fgsm, "1111", "0111", "0011"), .. Curve(Make.Pgd, "1111", "1110", "1100")];
        var (room, excess) = (0.1 * (2 / 2.0 + (2 + 4) / 2.0) / 4, 0.1 * (1 / 2.0 + (1 + 2) / 2.0) / 4);
        Assert.Equal(1 - excess / room, Of("fgsm", cells)!.Value, 1e-12);
        Assert.Equal(1 - excess / room, Of("pgd(steps=40)", cells)!.Value, 1e-12);
    }

    [Fact]
    public void Alone_or_beside_noise_there_is_nothing_to_compare_with() =>
        Assert.Null(Of("fgsm", [.. Curve(Make.Fgsm, "11", "10"), .. Curve(Make.Noise, "11", "11")]));

    /// <summary>A search through all cells for each seed made a report of 500,000 seeds take for ever.</summary>
    [Fact]
    public void Cells_are_looked_through_as_often_for_many_seeds_as_for_one()
    {
        int Looks(int seeds)
        {
            var cells = Enumerable.Range(0, seeds)
                .SelectMany(seed => new[] { 0, 0.1 }.Select(s => Make.Outcome(Make.Cell(Make.Fgsm, s, seed), s == 0 ? "11" : "10")))
                .ToList();
            var series = Series.Of(cells, Make.Terms).Single();
            var points = new Counted<SeriesPoint>(series.Points);
            var watched = series with { Points = points };
            Assert.Equal(seeds, Optimality.Of(watched, LowestCurves.Of([watched, watched])).Count);
            return points.Looks;
        }

        Assert.Equal(Looks(1), Looks(40));
    }

    sealed class Counted<T>(IReadOnlyList<T> items) : IReadOnlyList<T>
    {
        public int Looks { get; private set; }

        public T this[int index] => items[index];

        public int Count => items.Count;

        public IEnumerator<T> GetEnumerator()
        {
            Looks++;
            return items.GetEnumerator();
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
