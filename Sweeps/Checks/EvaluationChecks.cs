using System.Collections.Concurrent;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Spec;

namespace Grid.Sweeps.Checks;

/// <summary>Holds the results of a sweep against the rules of sound evaluation, from the results alone. Each curve is judged once, when it
/// is asked for first. Safe for concurrent use.</summary>
public sealed class EvaluationChecks
{
    readonly ILookup<Target, Series> _byTarget;
    readonly ConcurrentDictionary<Series, IReadOnlyList<(Rule Rule, Verdict Verdict)>> _judged = new(ReferenceEqualityComparer.Instance);
    readonly ConcurrentDictionary<(Target, string?), LowestCurves> _lowest = new();
    readonly ConcurrentDictionary<Target, int?> _classes = new();
    readonly ConcurrentDictionary<Target, double?> _commonest = new();
    readonly ConcurrentDictionary<Series, bool?> _searches = new(ReferenceEqualityComparer.Instance);

    /// <summary>Checks of the cells of one plan.</summary>
    /// <param name="cells">The cells with their results.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    public EvaluationChecks(IReadOnlyList<CellOutcome> cells, CatalogTraits terms)
    {
        var series = Curves.Series.Of(cells, terms);
        (Terms, Series) = (terms, [.. series, .. WorstCase.Of(series, terms)]);
        _byTarget = series.ToLookup(s => s.Target);
    }

    /// <summary>What the catalogue says of the entries.</summary>
    public CatalogTraits Terms { get; }

    /// <summary>Every series of the sweep, the worst cases last.</summary>
    public IReadOnlyList<Series> Series { get; }

    /// <summary>The number and the text of every rule, for readers.</summary>
    public static IReadOnlyList<(string Id, string Text)> Rules { get; } = [.. EvaluationRules.Rules.Select(r => (r.Id, r.Text))];

    /// <summary>Every verdict on every series.</summary>
    public IReadOnlyList<SeriesVerdict> Verdicts() => [.. Series.SelectMany(s => Of(s).Select(v => new SeriesVerdict(s.Name, v.Verdict)))];

    /// <summary>The rules that cannot judge a sweep of Linf attacks because it lacks what they compare, each with what it lacks. That such
    /// a rule is silent is no sign of a sound result.</summary>
    public IReadOnlyList<(string Id, string Wants)> Unasked()
    {
        if (!Series.Any(s => s.Threat == CatalogTraits.Linf && !s.IsControl)) return [];
        var asked = Series.SelectMany(Of).Select(v => v.Rule).ToHashSet();
        return [.. EvaluationRules.Rules.Where(r => r.Wants is not null && !asked.Contains(r)).Select(r => (r.Id, r.Wants!))];
    }

    /// <summary>The worst verdict on a series with its evidence, or the rules that the series passes; null where no rule applies.</summary>
    /// <param name="series">The series.</param>
    public CurveVerdict? Summary(Series series)
    {
        var verdicts = Of(series).Select(v => v.Verdict).ToList();
        var worst = verdicts.MaxBy(v => v.Grade);
        return worst is null ? null
            : worst.Grade != Grade.Pass ? new(worst.Grade, worst.Rule, worst.Evidence)
            : new(Grade.Pass, string.Join(' ', verdicts.Select(v => v.Rule).Distinct()));
    }

    /// <summary>The series of other attacks on the same target under the same threat.</summary>
    internal IEnumerable<Series> Rivals(Series series) =>
        _byTarget[series.Target].Where(s => s.Threat == series.Threat && !s.Attack.Equals(series.Attack));

    /// <summary>The series of the same attack on the network without a defense; null if there is none.</summary>
    internal Series? Undefended(Series series) => _byTarget[series.Target with { Defense = new(AxisEntries.None) }]
        .FirstOrDefault(s => s.Attack.Equals(series.Attack));

    /// <summary>The points of two series at the strengths that both have.</summary>
    internal static IEnumerable<(SeriesPoint Mine, SeriesPoint Other)> Shared(Series series, Series rival) =>
        series.Points.Join(rival.Points, p => p.Strength, p => p.Strength, (p, q) => (p, q));

    /// <summary>How many classes the target tells apart, from any confusion matrix; null if there is none.</summary>
    internal int? Classes(Series series) => _classes.GetOrAdd(series.Target, target =>
        _byTarget[target].SelectMany(s => s.Points).SelectMany(p => p.Cells)
            .Select(c => c.Result?.Confusion?.Length).FirstOrDefault(n => n > 0));

    /// <summary>The share of the evaluation samples that are of the commonest class, from the confusion matrix of most answers; null if
    /// there is none.</summary>
    internal double? Commonest(Series series) => _commonest.GetOrAdd(series.Target, target =>
    {
        var rows = _byTarget[target].SelectMany(s => s.Points).SelectMany(p => p.Cells)
            .Select(c => c.Result?.Confusion?.Select(row => row.Sum()).ToList()).OfType<List<int>>().MaxBy(r => r.Sum());
        return rows?.Sum() is > 0 and var all ? rows.Max() / (double)all : null;
    });

    /// <summary>Whether an attack looks for the nearest adversarial image; null while nothing is known.</summary>
    internal bool? Searches(Series series) => _searches.GetOrAdd(series, StepRules.Searches);

    /// <summary>What all attacks on the same target under the same threat leave together.</summary>
    internal LowestCurves Lowest(Series series) => _lowest.GetOrAdd((series.Target, series.Threat), _ =>
        LowestCurves.Of([.. _byTarget[series.Target].Where(s => s.Threat == series.Threat && !s.IsControl)]));

    IReadOnlyList<(Rule Rule, Verdict Verdict)> Of(Series series) => _judged.GetOrAdd(series, _ =>
    [
        .. from rule in EvaluationRules.Rules
           let finding = rule.Judge(series, this)
           where finding is not null
           select (rule, new Verdict(rule.Id, finding.Value.Grade, finding.Value.Evidence)),
    ]);
}
