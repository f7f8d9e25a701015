using Grid.Sweeps.Spec;
using Grid.Sweeps.Tests.Plans;

namespace Grid.Sweeps.Tests.Spec;

/// <summary>A parameter that is a list of choices from the catalogue.</summary>
public class ListsOfChoicesTests
{
    static string Text(string defense, string more = "") =>
        $"{{name: x, dataset: digits, model: cnn, attack: fgsm, strength: 0, defense: {defense}{more}}}";

    static IEnumerable<string> Defenses(string defense, string more = "") =>
        PlanTests.Planned(Text(defense, more)).Cells.Select(c => c.Cell.Defense.ToString()).Distinct();

    [Theory]
    [InlineData("{chain: [median-filter]}")]
    [InlineData("{chain: {defenses: [median-filter]}}")]
    [InlineData("{chain: [{median-filter: {size: 3}}]}")]
    public void Defaults_of_the_items_are_written_out(string defense) =>
        Assert.Equal(["chain(defenses=[median-filter(passes=1, size=3)])"], Defenses(defense));

    [Fact]
    public void Lists_within_the_items_multiply() => Assert.Equal(
        [
            "chain(defenses=[median-filter(passes=1, size=3), none])", "chain(defenses=[median-filter(passes=2, size=3), none])",
            "chain(defenses=[median-filter(passes=1, size=5), none])", "chain(defenses=[median-filter(passes=2, size=5), none])",
        ],
        Defenses("{chain: [{median-filter: {size: [3, 5], passes: [1, 2]}}, none]}")
            .OrderBy(d => d.Contains("size=5"))
            .ThenBy(d => d.Contains("passes=2")));

    [Fact]
    public void A_list_of_lists_is_an_axis() => Assert.Equal(
        ["chain(defenses=[none])", "chain(defenses=[none, chain(defenses=[none])])"],
        Defenses("{chain: [[none], [none, {chain: [none]}]]}"));

    [Fact]
    public void A_rule_may_ask_for_one_of_them() => Assert.Equal(
        ["chain(defenses=[none])"], Defenses("{chain: [[none], [none, median-filter]]}", ", exclude: {defense.defenses: median-filter}"));

    [Theory]
    [InlineData("{chain: [median-filtre]}", "median-filter")]
    [InlineData("{chain: [{median-filter: {size: 0}}]}", "'size' of defense 'median-filter' must be at least 1")]
    [InlineData("{chain: [{median-filter: {sice: 3}}]}", "size")]
    [InlineData("{chain: []}", "the list is empty")]
    [InlineData("{chain: median-filter}", "put it in brackets")]
    [InlineData("chain", "needs 'defenses'")]
    [InlineData("{chain: [none, [none]]}", "mixes lists and single values")]
    public void Errors_name_the_item(string defense, string part)
    {
        var error = Assert.Throws<SpecException>(() => PlanTests.Planned(Text(defense)));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }
}
