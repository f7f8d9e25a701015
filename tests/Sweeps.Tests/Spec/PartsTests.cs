using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;
using Grid.Sweeps.Tests.Plans;

namespace Grid.Sweeps.Tests.Spec;

public sealed class PartsTests
{
    const string Quickstart = """
        name: quickstart
        seeds: 2
        parts:
          - dataset: houses
            model: linear
            attack: price-poisoning
            defense: {friends: {noise_std: [5, 8], clip_threshold: 8}}
            strength: [0, 1]
          - dataset: digits
            model: [softmax, mlp]
            attack: fgsm
            strength: [0, 0.1, 0.2]
            seeds: 1
        """;

    [Fact]
    public void Parts_add_where_axes_multiply()
    {
        var spec = PlanTests.Parsed(Quickstart);
        var plan = PlanTests.Planned(Quickstart);

        Assert.Equal((2 * 2 * 2) + (2 * 3), plan.Cells.Count);
        Assert.Equal(plan.Cells.Count, (int)spec.CellCount);
        Assert.Equal(["houses", "digits"], plan.Cells.Select(c => c.Cell.Dataset.Name).Distinct());
        Assert.Equal([0, 1], plan.Cells.Where(c => c.Cell.Dataset.Name == "houses").Select(c => c.Cell.Strength).Distinct());
        Assert.Equal(2, plan.Axes.Single(a => a.Name == "seed").Values.Count);
    }

    [Fact]
    public void A_part_takes_from_the_file_what_it_does_not_say_itself()
    {
        var plan = PlanTests.Planned(Quickstart);

        Assert.Equal([0, 1], plan.Cells.Where(c => c.Cell.Dataset.Name == "houses").Select(c => c.Cell.Seed).Distinct());
        Assert.Equal([0], plan.Cells.Where(c => c.Cell.Dataset.Name == "digits").Select(c => c.Cell.Seed).Distinct());
    }

    [Fact]
    public void A_sweep_is_the_same_in_one_part_or_in_two()
    {
        var one = PlanTests.Planned("{name: x, dataset: digits, model: cnn, attack: [fgsm, pgd], strength: [0, 0.1]}");
        var two = PlanTests.Planned(
            "{name: x, dataset: digits, model: cnn, strength: [0, 0.1], parts: [{attack: fgsm}, {attack: pgd}, {attack: fgsm}]}");

        Assert.Equal(one.Cells.Select(c => c.Id), two.Cells.Select(c => c.Id));
        Assert.Equal(one.Hash8, two.Hash8);
    }

    [Theory]
    [InlineData("{name: x, parts: 3}", "x.yaml:1:18: 'parts' takes a list of sweeps, each a mapping of keys")]
    [InlineData("{name: x, parts: []}", "x.yaml:1:18: 'parts' takes a list of sweeps, each a mapping of keys")]
    [InlineData("{name: x, parts: [digits]}", "x.yaml:1:19: a part is a mapping of keys, such as 'dataset: digits'")]
    [InlineData(
        "{name: x, dataset: digits, model: cnn, attack: fgsm, strength: 0, parts: [{strenght: 1}]}",
        "x.yaml:1:76: unknown key 'strenght'; did you mean 'strength'?")]
    [InlineData("{name: x, model: cnn, attack: fgsm, strength: 0, parts: [{seeds: 1}]}",
        "x.yaml:1:58: 'dataset' is missing; add a line 'dataset: ...'")]
    public void A_wrong_part_is_an_error_at_its_place(string yaml, string message)
    {
        var e = Assert.Throws<SpecException>(() => SweepFile.Parse(yaml, "x.yaml", Known.Vocabulary));
        Assert.Equal(message, e.Message);
    }
}
