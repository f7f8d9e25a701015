using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Estimates;

/// <summary>How long cells took, by their kind. There are three kinds, from the nearest to the furthest: cells that are equal but for
/// strength and seed; cells with equal names, whatever their parameters; cells of the same attack. A cell is estimated by the nearest kind
/// that was measured.</summary>
public sealed class MeasuredCosts
{
    readonly Dictionary<string, Sample> _exact = [], _alike = [], _attacks = [];

    /// <summary>Adds how long a cell took of which only the id is known. A cell that failed says nothing about time.</summary>
    /// <param name="result">The result.</param>
    public void Add(CellResult result)
    {
        // dataset.model.attack.defense.strength.seed-hash, as in CellId.
        var names = result.Cell.Value.Split('.', 5);
        if (result.Status != CellStatus.Done || names.Length < 5) return;
        Of(_alike, string.Join('.', names[..4])).Add(result);
        Of(_attacks, names[2]).Add(result);
    }

    /// <summary>Adds how long a cell took.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="result">The result.</param>
    public void Add(Cell cell, CellResult result)
    {
        Add(result);
        if (result.Status == CellStatus.Done) Of(_exact, Kind(cell)).Add(result);
    }

    /// <summary>Estimates how long cells will take.</summary>
    /// <param name="groups">What is to be run: a cell of each group, and how many there are.</param>
    public CostEstimate Estimate(IEnumerable<(Cell Cell, int Count)> groups)
    {
        var (processors, cards) = (new Estimate(0, 0, 0), new Estimate(0, 0, 0));
        var (used, unknown, kinds) = (new HashSet<Sample>(), new SortedSet<string>(StringComparer.Ordinal), new List<KindCost>());
        foreach (var kind in groups.GroupBy(g => Kind(g.Cell)))
        {
            var (cell, count) = (kind.First().Cell, kind.Sum(g => g.Count));
            var (sample, isExact) = Nearest(cell);
            if (sample is null)
            {
                unknown.Add(cell.Attack.Name);
                continue;
            }

            var total = sample.Total(count, isExact);
            (processors, cards) = (Sum(processors, total, 1 - sample.OnCards), Sum(cards, total, sample.OnCards));
            used.Add(sample);
            kinds.Add(new(cell.Attack.ToString(), cell.Defense.ToString(), count, total));
        }

        return new(processors, cards, used.Sum(s => s.Count), [.. unknown], [.. kinds.OrderByDescending(k => k.Seconds.Value)]);
    }

    (Sample? Sample, bool IsExact) Nearest(Cell cell) => _exact.TryGetValue(Kind(cell), out var exact) ? (exact, true)
        : (_alike.GetValueOrDefault(string.Join('.', cell.Dataset.Name, cell.Model.Name, cell.Attack.Name, cell.Defense.Name))
            ?? _attacks.GetValueOrDefault(cell.Attack.Name), false);

    static string Kind(Cell cell) => string.Join(' ', cell.Dataset, cell.Model, cell.Training, cell.Poison?.Attack, cell.Attack,
        cell.Defense, cell.Evaluation);

    static Estimate Sum(Estimate one, Estimate other, double share) =>
        new(one.Value + share * other.Value, one.Low + share * other.Low, one.High + share * other.High);

    static Sample Of(Dictionary<string, Sample> samples, string key)
    {
        if (!samples.TryGetValue(key, out var sample)) samples.Add(key, sample = new());
        return sample;
    }

    /// <summary>Times of cells of one kind, in seconds.</summary>
    sealed class Sample
    {
        double _sum, _squares, _onCards, _least = double.PositiveInfinity, _most;

        public int Count { get; private set; }

        /// <summary>Share of the time.</summary>
        public double OnCards => _sum > 0 ? _onCards / _sum : 0;

        public void Add(CellResult result)
        {
            var seconds = result.Seconds;
            (_sum, _squares, Count) = (_sum + seconds, _squares + seconds * seconds, Count + 1);
            (_least, _most) = (Math.Min(_least, seconds), Math.Max(_most, seconds));
            if (result.Provenance.Device.StartsWith("cuda", StringComparison.Ordinal)) _onCards += seconds;
        }

        /// <summary>How long a number of cells will take. For cells of the same kind this is a prediction interval of their sum, from the
        /// spread of the measured ones. For cells of another kind it goes from the shortest to the longest measured time. From a single
        /// measured cell it goes from half of its time to twice that.</summary>
        public Estimate Total(int count, bool isExact)
        {
            var total = count * _sum / Count;
            if (Count == 1) return new(total, total / 2, total * 2);
            if (!isExact) return new(total, count * _least, count * _most);
            var variance = Math.Max(0, (_squares - _sum * _sum / Count) / (Count - 1));
            var half = Intervals.StudentQuantile(Count - 1, 0.025) * Math.Sqrt(variance * count * (1 + (double)count / Count));
            return new(total, Math.Max(0, total - half), total + half);
        }
    }
}
