using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Tests.Plans;

namespace Grid.Sweeps.Tests.Spec;

public class LabelTests
{
    static string Label(string defense) => Known.Vocabulary.Label(Category.Defense,
        PlanTests.Planned(
            $"{{name: x, dataset: digits, model: cnn, attack: fgsm, strength: 0, defense: {defense}}}").Cells[0].Cell.Defense);

    [Theory]
    [InlineData("none", "none")]
    [InlineData("{median-filter: {size: 3, passes: 1}}", "median-filter")]
    [InlineData("{median-filter: {size: 3, passes: 2}}", "median-filter(passes=2)")]
    [InlineData("{adversarial-training: {attack: fgsm}}", "adversarial-training")]
    [InlineData("{adversarial-training: {attack: {pgd: {steps: 7}}}}", "adversarial-training(attack=pgd(steps=7))")]
    [InlineData("{adversarial-training: {attack: pgd, epsilon: 0.1}}", "adversarial-training(attack=pgd, epsilon=0.1)")]
    [InlineData("{friends: {phases: [attack, perturb]}}", "friends(phases=[attack, perturb])")]
    [InlineData("{chain: [median-filter, {median-filter: {size: 5}}]}", "chain(defenses=[median-filter, median-filter(size=5)])")]
    public void A_label_names_what_differs_from_the_defaults(string defense, string label) => Assert.Equal(label, Label(defense));

    [Fact]
    public void Poison_is_labelled_with_its_strength()
    {
        var labels = PlanTests.Planned("""
            {name: x, dataset: digits, model: cnn, attack: fgsm, strength: 0,
             poison: [none, label-flip: {mode: [random, pairwise], strength: 0.1}]}
            """).Cells.Select(c => Known.Vocabulary.Label(c.Cell.Poison));

        Assert.Equal(["none", "label-flip(strength=0.1)", "label-flip(mode=pairwise, strength=0.1)"], labels);
    }

    [Fact]
    public void What_the_catalogue_does_not_know_is_written_in_full() =>
        Assert.Equal("old(a=1)", Known.Vocabulary.Label(Category.Defense, new Choice("old", ("a", 1.0))));
}
