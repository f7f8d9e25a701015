using Grid.Sweeps.Cells;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Results;

namespace Grid.Local.Runs;

/// <summary>How long cells will take, going by the journals of earlier runs beside a sweep's folder.</summary>
/// <param name="Time">Time that one worker needs; null where there is nothing to go by.</param>
/// <param name="From">Finished cells that it goes by.</param>
/// <param name="Unknown">Attacks of which no earlier run knows anything; their cells are not in the time.</param>
public sealed record TimeEstimate(TimeSpan? Time, int From, IReadOnlyList<string> Unknown)
{
    /// <param name="groups">What is to be run: a cell of each group, and how many there are.</param>
    /// <param name="results">The folder of all folders of results.</param>
    public static TimeEstimate Of(IEnumerable<(Cell Cell, int Count)> groups, string results)
    {
        var (alike, attacks) = Known(results);
        var (seconds, any, used, unknown) = (0.0, false, new HashSet<Mean>(), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var kind in groups.GroupBy(g => (g.Cell.Dataset.Name, g.Cell.Model.Name, g.Cell.Attack.Name, g.Cell.Defense.Name)))
        {
            var attack = kind.Key.Item3;
            if ((alike.GetValueOrDefault(string.Join('.', kind.Key.Item1, kind.Key.Item2, attack, kind.Key.Item4))
                ?? attacks.GetValueOrDefault(attack)) is not { } mean)
            {
                unknown.Add(attack);
                continue;
            }

            (seconds, any) = (seconds + kind.Sum(g => g.Count) * mean.Seconds, true);
            used.Add(mean);
        }

        return new(any ? TimeSpan.FromSeconds(seconds) : null, used.Sum(m => m.Count), [.. unknown]);
    }

    /// <summary>Mean times by dataset, model, attack and defense, and by attack alone.</summary>
    static (Dictionary<string, Mean> Alike, Dictionary<string, Mean> Attacks) Known(string results)
    {
        var (alike, attacks) = (new Dictionary<string, Mean>(), new Dictionary<string, Mean>());
        foreach (var folder in Directory.Exists(results) ? Directory.GetDirectories(results) : [])
        {
            foreach (var result in Finished(folder))
            {
                // dataset.model.attack.defense.strength.seed-hash, as in CellId.
                var names = result.Cell.Value.Split('.', 5);
                if (names.Length < 5) continue;
                Add(alike, string.Join('.', names[..4]), result.Seconds);
                Add(attacks, names[2], result.Seconds);
            }
        }

        return (alike, attacks);
    }

    static IEnumerable<CellResult> Finished(string folder)
    {
        try
        {
            return Journal.Read(folder).Results.Where(r => r.Status == CellStatus.Done);
        }
        catch (Exception e) when (e is JournalException or IOException or UnauthorizedAccessException)
        {
            // A damaged journal of some other sweep only makes the estimate poorer.
            return [];
        }
    }

    static void Add(Dictionary<string, Mean> means, string key, double seconds)
    {
        if (!means.TryGetValue(key, out var mean)) means.Add(key, mean = new());
        mean.Add(seconds);
    }

    sealed class Mean
    {
        double _sum;

        public int Count { get; private set; }

        public double Seconds => _sum / Count;

        public void Add(double seconds) => (_sum, Count) = (_sum + seconds, Count + 1);
    }
}
