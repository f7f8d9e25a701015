using FsCheck;
using FsCheck.Fluent;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;
using Grid.Sweeps.Tests.Spec;

namespace Grid.Sweeps.Tests.Plans;

public class PlanTests
{
    internal static SweepSpec Parsed(string yaml) => SweepFile.Parse(yaml, "x.yaml", Known.Vocabulary);

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
            [0, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.225, 0.25, 0.275, 0.3],
            g.Cells.Select(c => plan.Cells[c].Cell.Strength)));
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
        foreach (var yaml in new[] { Known.Evasion, Known.Friends,
            Known.Friends + "\npoison: [none, {label-flip: {strength: [0.1, 0.3]}}]" })
            foreach (var planned in Planned(yaml).Cells)
                Assert.Equal(CellId.Of(planned.Cell, $"sha of {planned.Cell.Dataset.Name}", "1"), planned.Id);
    }

    [Fact]
    public void Ids_and_folders_are_what_they_always_were()
    {
        Assert.Equal("mnist.cnn.fgsm.none.0.025.0-8a1917cdc6aad000", Planned(Known.Evasion).Cells[1].Id.Value);
        Assert.Equal("houses.linear.price-poisoning.friends.1.0-9d71ad881399357d", Planned(Known.Friends).Cells[1].Id.Value);
        Assert.Equal("friends-46480e2c", Planned(Known.Friends).Folder);
    }

    [Fact]
    public void The_folder_is_that_of_the_cells_not_of_the_text()
    {
        var hash = Planned(Known.Friends).Hash8;

        Assert.Equal(hash, Planned("# other\n" + Known.Friends.Replace("[5, 8, 10]", "[10.0, 5, 0x8]", StringComparison.Ordinal)).Hash8);
        Assert.Equal(hash, Planned(Known.Friends.Replace("strength: [0, 1]", "strength: 1", StringComparison.Ordinal)).Hash8);
        Assert.NotEqual(hash, Planned(Known.Friends.Replace("trials: 10000", "trials: 10001", StringComparison.Ordinal)).Hash8);
        Assert.NotEqual(hash, Planned(Known.Friends.Replace("[0, 1]", "[0, 1, 2]", StringComparison.Ordinal)).Hash8);
        Assert.NotEqual(hash, Plan.Of(Parsed(Known.Friends), (d, _) => $"sha of {d.Name}", "2").Hash8);
    }

    [Fact]
    public void The_order_of_keys_does_not_matter() => Prop.ForAll(Gen.Shuffle(Known.Friends.Split('\n')).ToArbitrary(), lines =>
        Planned(string.Join('\n', lines)).Cells.SequenceEqual(Planned(Known.Friends).Cells))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public void Axes_multiply_and_no_cell_stands_there_twice()
    {
        var axis = Gen.Choose(1, 4);
        var sizes = Gen.ArrayOf(axis, 7);
        Prop.ForAll(sizes.ToArbitrary(), n =>
        {
            static string List(int count, Func<int, string> item) => $"[{string.Join(", ", Enumerable.Range(0, count).Select(item))}]";
            var yaml = string.Join('\n',
                "name: x",
                "dataset: " + List(n[0], i => $"npz: f{i}"),
                $"model: {{mlp: {{hidden: {{from: 10, to: {9 + n[1]}}}}}}}",
                "training: " + List(n[2], i => $"{{epochs: {i}}}"),
                "poison: " + List(n[3], i => i == 0 ? "none" : $"label-flip: {{strength: 0.{i}}}"),
                "attack: " + List(n[4], i => i == 0 ? "fgsm" : $"pgd: {i}"),
                "defense: {adversarial-training: {attack: {pgd: {steps: " + List(n[5], i => $"{i + 1}") + "}}}}",
                "strength: " + List(n[6], i => $"{i + 1}"),
                $"seeds: {n[0]}");
            var spec = Parsed(yaml);
            var plan = Planned(yaml);
            var groups = n[..6].Aggregate(n[0], (product, size) => product * size);
            return spec.GroupCount == groups && spec.CellCount == groups * (n[6] + 1)
                && plan.Groups.Count == groups && plan.Cells.Count == groups * (n[6] + 1) && plan.Models == groups / n[4]
                && plan.Cells.Select(c => c.Id).Distinct().Count() == plan.Cells.Count
                && plan.Cells.Select((c, i) => c.Index == i).All(ok => ok)
                && plan.Groups.All(g => g.Cells.Select(c => plan.Cells[c].Cell with { Strength = 0 }).Distinct().Count() == 1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void Values_given_twice_count_once() => Assert.Equal(
        Planned(Known.Friends).Cells, Planned(Known.Friends.Replace("[5, 8, 10]", "[5, 8, 10, 5.0, 8]", StringComparison.Ordinal)).Cells);

    [Fact]
    public void A_data_set_is_hashed_once()
    {
        var asked = new List<string>();
        Plan.Of(Parsed(Known.Evasion.Replace("dataset: mnist", "dataset: [mnist, digits]", StringComparison.Ordinal)), (d, _) =>
        {
            asked.Add(d.Name);
            return "";
        }, "1");

        Assert.Equal(["mnist", "digits"], asked);
    }
}
