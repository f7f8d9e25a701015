using Grid.Sweeps.Catalog;

namespace Grid.Sweeps.Curves;

/// <summary>What the strengths of a curve count.</summary>
/// <param name="Unit">As the attack's entry declares it.</param>
/// <param name="Name">The entry's word for it.</param>
/// <param name="Norm">For an epsilon the norm it is measured in, such as linf; empty elsewhere.</param>
public sealed record CurveAxis(StrengthUnit Unit, string Name, string Norm = "");
