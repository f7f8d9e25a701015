using System.Text.Json.Serialization;

namespace Grid.Sweeps.Curves;

/// <summary>
/// One metric against strength for one attack on one defended model. Texts name the choices with what differs from the defaults.
/// </summary>
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
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CurveAxis? Axis = null);

/// <summary>
/// Mean over seeds with its 95 % interval: Clopper-Pearson's over samples for one seed; for several, Student's t over seeds and that over
/// the samples, which they share, together.
/// </summary>
/// <param name="Count">Samples behind one seed's value.</param>
/// <param name="Total">Seeds that the plan asks for; Seeds of them are done.</param>
public sealed record CurvePoint(double Strength, long Count, double Mean, double Low, double High, int Seeds, int Total);
