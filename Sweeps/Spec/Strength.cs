using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Spec;

/// <summary>Strengths as a plan has them: ascending, each once.</summary>
static class Strength
{
    /// <summary>Closer together, by their size, than anything that is meant; what 3 x 0.1 differs by from 0.3 is a thousand times
    /// less.</summary>
    const double Near = 1e-11;

    /// <summary>
    /// The strength that is written shortest among those that differ by rounding alone, such as 0.3 and 0.30000000000000004.
    /// </summary>
    public static double[] Distinct(params double[] strengths)
    {
        Array.Sort(strengths);
        var kept = 1;
        foreach (var strength in strengths.AsSpan(1))
        {
            ref var last = ref strengths[kept - 1];
            if (strength - last > Near * strength) strengths[kept++] = strength;
            else if (Canonical.Number(strength).Length < Canonical.Number(last).Length) last = strength;
        }

        return kept == strengths.Length ? strengths : strengths[..kept];
    }
}
