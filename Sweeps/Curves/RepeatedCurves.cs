using Grid.Sweeps.Results;

namespace Grid.Sweeps.Curves;

/// <summary>Leaves out curves that say again what another one says.</summary>
public static class RepeatedCurves
{
    /// <summary>All curves but those of the success rate beside the robust accuracy of the same attack and target, which is its
    /// complement. The success of a backdoor stays: it is counted with the trigger, and robust accuracy without.</summary>
    /// <param name="curves">The curves of a sweep.</param>
    public static IReadOnlyList<SecurityCurve> WithoutRepeats(this IReadOnlyList<SecurityCurve> curves)
    {
        var robust = curves.Where(c => c.Metric == Metric.RobustAccuracy).Select(Name).ToHashSet();
        return [.. curves.Where(c => c.Metric != Metric.AttackSuccessRate || c.Triggered || !robust.Contains(Name(c)))];
    }

    static CellName Name(SecurityCurve c) => new(c.Dataset, c.Model, c.Poison, c.Attack, c.Defense);
}
