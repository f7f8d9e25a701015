using System.Collections.Immutable;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Curves;

/// <summary>Puts the results of defenses that declare a grid over two of their parameters together as a FRIENDS grid.</summary>
public static class FriendsRows
{
    /// <summary>A row for every defense with such a grid at every strength above 0 that has a result, in the order of the plan. The trials
    /// of several seeds are pooled. The control of a row is the same defense at strength 0.</summary>
    /// <param name="cells">The cells with their results.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    public static IReadOnlyList<FriendsRow> Build(IReadOnlyList<CellOutcome> cells, CatalogTraits terms) =>
    [
        .. from series in Series.Of([.. cells.Where(c => Axes(c.Cell.Defense, terms) is not null)], terms)
           let control = series.Points.FirstOrDefault(p => p.Strength == 0)
           from point in series.Points
           where point.Strength > 0
           where Pooled.Of(point).Trials > 0
           select Row(series.Target.Defense, point, control, terms),
    ];

    static (double Row, double Column)? Axes(Choice defense, CatalogTraits terms) =>
        terms.Grid(defense) is var (row, column)
            && defense.Settings.GetValueOrDefault(row.Name) is Number down
            && defense.Settings.GetValueOrDefault(column.Name) is Number across
            ? (down.Value, across.Value) : null;

    static FriendsRow Row(Choice defense, SeriesPoint point, SeriesPoint? control, CatalogTraits terms)
    {
        var (with, without) = (Pooled.Of(point), Pooled.Of(control));
        var (noise, clip) = Axes(defense, terms)!.Value;
        var (row, column) = terms.Grid(defense)!.Value;
        var rest = defense with { Settings = defense.Settings.RemoveRange([row.Name, column.Name]) };
        var (low, high) = Intervals.ClopperPearson(with.Successes, with.Trials);
        var excess = without.Trials == 0 ? new(double.NaN, double.NaN)
            : Paired(point, control!) ?? Intervals.Newcombe(with.Successes, with.Trials, without.Successes, without.Trials);
        return new(
            terms.Label(Category.Defense, rest), noise, clip, point.Strength, with.Trials, with.Successes, with.Rate, low, high,
            without.Rate, with.Rate - without.Rate, excess.Low, excess.High, with.MeanAbsError, with.ResidualStd);
    }

    /// <summary>The interval of the difference between a point and its control. A trial meets the same draws with and without poison, so
    /// that few trials differ: this is much sharper than comparing two rates. Null where the trials of a seed are not known one by
    /// one.</summary>
    static Interval? Paired(SeriesPoint point, SeriesPoint control)
    {
        var (with, without, trials) = (0L, 0L, 0L);
        var others = new Dictionary<int, CellOutcome>();
        foreach (var cell in control.Cells) others.TryAdd(cell.Cell.Seed, cell);
        foreach (var cell in point.Cells.Where(c => c.Status == CellStatus.Done))
        {
            if (cell.Result?.Outcomes is not { } held) return null;
            if (others.GetValueOrDefault(cell.Cell.Seed)?.Result?.Outcomes is not { } heldWithout
                || heldWithout.Count != held.Count) return null;
            with += heldWithout.Without(held).Ones;
            without += held.Without(heldWithout).Ones;
            trials += held.Count;
        }

        return Intervals.Tango(with, without, trials);
    }

    /// <summary>The trials of all seeds as one; rates are NaN where there are none.</summary>
    readonly record struct Pooled(long Trials, long Successes, double MeanAbsError, double ResidualStd)
    {
        public double Rate => Trials == 0 ? double.NaN : (double)Successes / Trials;

        public static Pooled Of(SeriesPoint? point)
        {
            var done = (point?.Cells ?? []).Where(c => c.Measured(Metric.AttackSuccessRate) is not null).ToImmutableArray();
            var rates = done.Select(c => c.Measured(Metric.AttackSuccessRate)!).ToImmutableArray();
            return new(
                rates.Sum(r => r.Count),
                rates.Sum(r => r.Successes ?? (long)Math.Round(r.Value * r.Count)),
                Mean(done, rates, Metric.MeanAbsError, v => v),
                Math.Sqrt(Mean(done, rates, Metric.ResidualStd, v => v * v)));
        }

        // Seeds may differ in trials, so each counts by its own.
        static double Mean(ImmutableArray<CellOutcome> cells, ImmutableArray<Measurement> rates, string metric, Func<double, double> of)
        {
            var (sum, weight) = (0.0, 0L);
            for (var i = 0; i < cells.Length; i++)
            {
                if (cells[i].Measured(metric) is not { } m) continue;
                sum += rates[i].Count * of(m.Value);
                weight += rates[i].Count;
            }
            return weight == 0 ? double.NaN : sum / weight;
        }
    }
}
