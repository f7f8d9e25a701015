using System.Text.Json.Serialization;

namespace Grid.Sweeps.Curves;

/// <summary>
/// One metric against strength for one attack on one defended model. Texts name the choices with what differs from the defaults.
/// </summary>
/// <param name="Dataset">The label of the data set.</param>
/// <param name="Model">The label of the model.</param>
/// <param name="Poison">The label of the poison; empty without one.</param>
/// <param name="Attack">The label of the attack.</param>
/// <param name="Defense">The label of the defense.</param>
/// <param name="Metric">What is measured, one of <see cref="Results.Metric"/>.</param>
/// <param name="Points">The points, by rising strength.</param>
/// <param name="Verdict">What the checks say of it; null where none applies.</param>
/// <param name="Axis">What the strengths count; null where the catalogue, or the version that drew it, does not say.</param>
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
    /// <summary>Cells of the curve that are still to be run: until then it is provisional.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Open { get; init; }
}

/// <summary>
/// Mean over seeds with its 95 % interval: Clopper-Pearson's over samples for one seed; for several, Student's t over seeds and that over
/// the samples, which they share, together.
/// </summary>
/// <param name="Strength">The strength.</param>
/// <param name="Count">Samples behind one seed's value.</param>
/// <param name="Mean">The mean over seeds.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end of the interval.</param>
/// <param name="Seeds">The number of seeds.</param>
/// <param name="Total">Seeds that the plan asks for; Seeds of them are done.</param>
public sealed record CurvePoint(double Strength, long Count, double Mean, double Low, double High, int Seeds, int Total);
