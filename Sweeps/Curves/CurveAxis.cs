using Grid.Sweeps.Catalog;

namespace Grid.Sweeps.Curves;

/// <summary>What the strengths of a curve count.</summary>
/// <param name="Unit">What the strength counts, as the attack's entry declares it.</param>
/// <param name="Name">The name of the strength, as the attack's entry gives it, such as epsilon.</param>
/// <param name="Norm">The norm in which an epsilon is measured, such as linf; empty for other units.</param>
public sealed record CurveAxis(StrengthUnit Unit, string Name, string Norm = "");
