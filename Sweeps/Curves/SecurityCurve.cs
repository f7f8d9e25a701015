using System.Text.Json.Serialization;

namespace Grid.Sweeps.Curves;

/// <summary>One metric against strength, for one attack on one defended model. Labels name a choice with the settings that differ from the
/// defaults.</summary>
/// <param name="Dataset">The label of the data set.</param>
/// <param name="Model">The label of the model.</param>
/// <param name="Poison">The label of the poison; empty without one.</param>
/// <param name="Attack">The label of the attack.</param>
/// <param name="Defense">The label of the defense.</param>
/// <param name="Metric">The name of the measurement, one of <see cref="Results.Metric"/>.</param>
/// <param name="Points">The points, by rising strength.</param>
/// <param name="Verdict">What the checks say of the curve; null where no rule applies.</param>
/// <param name="Axis">What the strengths count; null where the catalogue, or the version that made the curve, does not say.</param>
public sealed record SecurityCurve(
    string Dataset,
    string Model,
    string Poison,
    string Attack,
    string Defense,
    string Metric,
    IReadOnlyList<CurvePoint> Points,
    [property: JsonPropertyName("check")] CurveVerdict? Verdict = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CurveAxis? Axis = null)
{
    /// <summary>How many cells of the curve are still to be run; until they are, the curve is provisional.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Open { get; init; }

    /// <summary>Whether the metric is counted on images that carry the trigger of a backdoor.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Triggered { get; init; }

    /// <summary>All curves but those of the success rate beside the robust accuracy of the same attack and target, which is its
    /// complement. The success of a backdoor stays: it is counted with the trigger, and robust accuracy without.</summary>
    /// <param name="curves">The curves of a sweep.</param>
    public static IReadOnlyList<SecurityCurve> WithoutRepeats(IReadOnlyList<SecurityCurve> curves)
    {
        var robust = curves.Where(c => c.Metric == Results.Metric.RobustAccuracy).Select(Cell).ToHashSet();
        return [.. curves.Where(c => c.Metric != Results.Metric.AttackSuccessRate || c.Triggered || !robust.Contains(Cell(c)))];

        static CellName Cell(SecurityCurve c) => new(c.Dataset, c.Model, c.Poison, c.Attack, c.Defense);
    }
}

/// <summary>One point of a curve: the mean over seeds with its 95 % interval. For one seed the interval is Clopper-Pearson's over samples;
/// for several it puts Student's t over seeds and the interval over the samples, which seeds share, together.</summary>
/// <param name="Strength">The strength.</param>
/// <param name="Count">The number of samples behind one seed's value.</param>
/// <param name="Mean">The mean over seeds.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end of the interval.</param>
/// <param name="Seeds">The number of seeds.</param>
/// <param name="Total">The number of seeds that the plan asks for, of which <paramref name="Seeds"/> are done.</param>
public sealed record CurvePoint(double Strength, long Count, double Mean, double Low, double High, int Seeds, int Total);
