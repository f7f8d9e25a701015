using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Tests.Spec;

namespace Grid.Sweeps.Tests.Plans;

public class PlanTests
{
    internal static SweepSpec Parsed(string yaml) => SweepSpec.Parse(yaml, "x.yaml", Known.Vocabulary);

    internal static Plan Planned(string yaml) => Plan.Of(Parsed(yaml), (d, _) => $"sha of {d.Name}", "1");

    [Fact]
    public void The_evasion_sweep_has_its_390_cells_in_30_groups()
    {
        var spec = Parsed(Known.Evasion);
        var plan = Planned(Known.Evasion);

        Assert.Equal(390, spec.CellCount);
        Assert.Equal(390, plan.Cells.Count);
        Assert.Equal(30, plan.Groups.Count);
        Assert.Equal(15, plan.Models);
        Assert.All(plan.Groups, g => Assert.Equal(
            [0, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.225, 0.25, 0.275, 0.3], g.Cells.Select(c => plan.Cells[c].Cell.Strength)));
        Assert.Equal(["fgsm", "pgd(norm=linf, restarts=1, step_size=none, steps=40)"], plan.Axes.Single(a => a.Name == "attack").Values);
    }

    [Fact]
    public void The_friends_sweep_has_12_groups_with_their_control()
    {
        var plan = Planned(Known.Friends);

        Assert.Equal(12, plan.Groups.Count);
        Assert.All(plan.Groups, g => Assert.Equal([0, 1], g.Cells.Select(c => plan.Cells[c].Cell.Strength)));
        Assert.Equal("friends(clip_threshold=1, noise_std=5, phases=[attack, perturb, recover])", plan.Cells[0].Cell.Defense.ToString());
        Assert.Equal(new Number(10000), plan.Cells[0].Cell.Evaluation.Settings["trials"]);
    }

    [Fact]
    public void Ids_are_those_of_the_cells()
    {
        foreach (var yaml in new[] { Known.Evasion, Known.Friends, Known.Friends + "\npoison: [none, {label-flip: {strength: [0.1, 0.3]}}]" })
            foreach (var planned in Planned(yaml).Cells)
                Assert.Equal(CellId.Of(planned.Cell, $"sha of {planned.Cell.Dataset.Name}", "1"), planned.Id);
    }
}
