using System.CommandLine;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Views.Curves;

/// <summary>The options of <c>curve</c>, which choose among a sweep's curves.</summary>
public sealed class CurveQuery
{
    readonly Option<string?> _metric = Arguments.Text("--metric",
        "The measure to draw; by default robust_accuracy, auc, and attack_success_rate where it says more.", "name");
    readonly Option<string?> _attack = Arguments.Text("--attack", "Draw only curves of this attack.", "name");
    readonly Option<string?> _defense = Arguments.Text("--defense", "Draw only curves of this defense.", "name");

    public IEnumerable<Option> Options => [_metric, _attack, _defense];

    public CurveFilter Of(ParseResult parsed) => new(parsed.GetValue(_metric), parsed.GetValue(_attack), parsed.GetValue(_defense));
}

/// <summary>Chooses curves; null takes all. Attacks and defenses are named by name alone, or by the whole label with its
/// settings.</summary>
public sealed record CurveFilter(string? Metric, string? Attack, string? Defense)
{
    public static CurveFilter All { get; } = new(null, null, null);

    public bool IsAll => this == All;

    /// <exception cref="RefusedException">The sweep has no such curve; the message says what there is.</exception>
    public IReadOnlyList<SecurityCurve> Of(IReadOnlyList<SecurityCurve> curves)
    {
        var known = curves.Select(c => c.Metric).Distinct().ToList();
        if (Metric is not null && !known.Contains(Metric))
            throw new RefusedException($"--metric {Metric}: there is no curve of that; {NameSuggestion.Remedy(Metric, known)}");
        Known("--attack", Attack, curves.Select(c => c.Attack));
        Known("--defense", Defense, curves.Select(c => c.Defense));
        return [.. curves.Where(c => (Metric is null || c.Metric == Metric) && Fits(c.Attack, Attack) && Fits(c.Defense, Defense))];
    }

    /// <summary>The label of a defense: that of the only one with this name, whatever its settings.</summary>
    /// <exception cref="RefusedException">No defense has this name, or several do; the message says which there are.</exception>
    public static string DefenseOf(string name, IEnumerable<string> labels)
    {
        var all = labels.Distinct().ToList();
        var meant = all.Contains(name) ? [name] : all.FindAll(l => Name(l) == name);
        return meant.Count switch
        {
            0 => throw new RefusedException($"{name}: the sweep has no such defense; {NameSuggestion.Remedy(name, all)}"),
            1 => meant[0],
            _ => throw new RefusedException($"{name}: several defenses have that name; give one of {string.Join(", ", meant)}"),
        };
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
