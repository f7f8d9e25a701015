using System.CommandLine;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Views.Curves;

/// <summary>The options of <c>curve</c>: which of a sweep's curves are wanted.</summary>
public sealed class CurveQuery
{
    readonly Option<string?> _metric = Arguments.Text("--metric", "What to draw; by default robust_accuracy and auc.", "name");
    readonly Option<string?> _attack = Arguments.Text("--attack", "Only curves of this attack.", "name");
    readonly Option<string?> _defense = Arguments.Text("--defense", "Only curves of this defense.", "name");

    public IEnumerable<Option> Options => [_metric, _attack, _defense];

    public CurveFilter Of(ParseResult parsed) => new(parsed.GetValue(_metric), parsed.GetValue(_attack), parsed.GetValue(_defense));
}

/// <summary>Which curves are wanted: null for all. Attacks and defenses go by name, or by the whole label with its settings.</summary>
public sealed record CurveFilter(string? Metric, string? Attack, string? Defense)
{
    public static CurveFilter All { get; } = new(null, null, null);

    public bool IsAll => this == All;

    /// <exception cref="RefusedException">A sweep has no such curve; the message says what there is.</exception>
    public IReadOnlyList<SecurityCurve> Of(IReadOnlyList<SecurityCurve> curves)
    {
        var known = curves.Select(c => c.Metric).Distinct().ToList();
        if (Metric is not null && !known.Contains(Metric))
            throw new RefusedException($"--metric {Metric}: there is no curve of that; {NameSuggestion.Remedy(Metric, known)}");
        Known("--attack", Attack, curves.Select(c => c.Attack));
        Known("--defense", Defense, curves.Select(c => c.Defense));
        return [.. curves.Where(c => (Metric is null || c.Metric == Metric) && Fits(c.Attack, Attack) && Fits(c.Defense, Defense))];
    }

    static bool Fits(string label, string? wanted) => wanted is null || label == wanted || Name(label) == wanted;

    static string Name(string label) => label.Split('(', ' ')[0];

    static void Known(string option, string? wanted, IEnumerable<string> labels)
    {
        var all = labels.Distinct().ToList();
        if (all.Count > 0 && wanted is not null && !all.Exists(l => Fits(l, wanted)))
            throw new RefusedException(
                $"{option} {wanted}: there is no curve of that; {NameSuggestion.Remedy(wanted, all.Select(Name).Distinct())}");
    }
}
