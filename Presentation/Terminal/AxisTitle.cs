using Grid.Sweeps.Catalog;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Terminal;

/// <summary>The title of an axis of strengths.</summary>
public static class AxisTitle
{
    /// <param name="axis">Null where the version that drew the curve did not say.</param>
    public static string Of(CurveAxis? axis) => axis switch
    {
        null => "strength",
        { Unit: StrengthUnit.Epsilon, Norm.Length: > 0 } => $"epsilon ({char.ToUpperInvariant(axis.Norm[0])}{axis.Norm[1..]})",
        { Unit: StrengthUnit.Fraction } => "share of the training set",
        { Unit: StrengthUnit.Points } => "points added to the training set",
        { Unit: StrengthUnit.Switch } => "attack (0 off, 1 on)",
        _ => axis.Name,
    };
}
