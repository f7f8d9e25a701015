using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Sweeps.Strengths;

namespace Grid.Sweeps.Plans;

/// <summary>The groups of a combination to which a rule adds samples and seeds, as one row of cells: by samples, then seed, then
/// strength.</summary>
/// <param name="members">The groups in this order, all with the same number of strengths.</param>
/// <param name="seeds">The number of groups with the same samples.</param>
sealed class Family(IReadOnlyList<Group> members, int seeds)
{
    readonly int[] _cells = [.. members.SelectMany(m => m.Cells)];
    readonly Dictionary<int, int> _places = members.SelectMany(m => m.Cells).Index().ToDictionary(c => c.Item, c => c.Index);
    readonly int _strengths = members[0].Cells.Count;

    public IReadOnlyList<int> Groups { get; } = [.. members.Select(m => m.Index)];

    /// <summary>The cell of the same seed and strength with the most samples.</summary>
    public int Finest => _cells[^1];

    /// <summary>The cells of the same seed and strength with more samples.</summary>
    public IEnumerable<int> Finer(int cell)
    {
        for (var place = _places[cell] + seeds * _strengths; place < _cells.Length; place += seeds * _strengths) yield return _cells[place];
    }

    /// <summary>What the rule requests of each group.</summary>
    public IReadOnlyList<StrengthRequest> Ask(StrengthRule rule, IReadOnlyList<PlannedCell> cells, Func<int, CellResult?> find)
    {
        var all = StrengthRequest.Of(rule, [.. _cells.Select(c => cells[c].Cell.Strength)], place => find(_cells[place]));
        return
        [
            .. members.Select((member, number) =>
            {
                var own = Own(all.Places, number);
                return all with
                {
                    Group = member.Index,
                    Places = own,
                    Most = all.Ended ? own.Length : _strengths,
                    Skipped = all.Skipped is var (places, reason) ? (Own(places, number), reason) : null,
                };
            }),
        ];
    }

    int[] Own(IReadOnlyList<int> places, int member) => [.. places.Where(p => p / _strengths == member).Select(p => _cells[p])];
}
