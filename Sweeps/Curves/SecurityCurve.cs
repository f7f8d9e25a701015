using System.Text.Json.Serialization;

namespace Grid.Sweeps.Curves;

/// <summary>
/// One metric against strength for one attack on one defended model. Texts name the choices with what differs from the defaults.
/// </summary>
/// <param name="Check">Verdict of the checks that apply: pass, warn or fail with the rule's number; empty where none applies.</param>
public sealed record SecurityCurve(
    string Dataset,
    string Model,
    string Poison,
    string Attack,
    string Defense,
    string Metric,
    IReadOnlyList<CurvePoint> Points,
    string Check = "")
{
    /// <summary>Cells of the curve that are still to be run: until then it is provisional.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Open { get; init; }
}

/// <summary>
/// Mean over seeds with its 95 % interval: Clopper-Pearson's over samples for one seed; for several, Student's t over seeds and that over
/// the samples, which they share, together.
/// </summary>
/// <param name="Count">Samples behind one seed's value.</param>
/// <param name="Total">Seeds that the plan asks for; Seeds of them are done.</param>
public sealed record CurvePoint(double Strength, long Count, double Mean, double Low, double High, int Seeds, int Total);
