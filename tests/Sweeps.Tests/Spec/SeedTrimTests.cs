using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Sweeps.Tests.Spec;

/// <summary>Seeds taken out of a sweep file.</summary>
public class SeedTrimTests
{
    [Theory]
    [InlineData("{name: a, seeds: 5, model: cnn}", "{name: a, seeds: 3, model: cnn}")]
    [InlineData("name: a\nseeds: 5  # five\nmodel: cnn\n", "name: a\nseeds: 3  # five\nmodel: cnn\n")]
    [InlineData("seeds: [3, 1, 7] # ä", "seeds: [1, 7] # ä")]
    [InlineData("seeds: [0, 1, 4]", "seeds: 2")]
    [InlineData("seeds: 2\nparts: [{seeds: 5}, {seeds: [4, 9]}]", "seeds: 2\nparts: [{seeds: 3}, {seeds: [9]}]")]
    [InlineData("name: a", "name: a")]
    public void All_else_stays_as_it_is(string text, string expected) =>
        Assert.Equal(expected, SeedTrim.Without(text, "x.yaml", new HashSet<int> { 3, 4 }));

    [Theory]
    [InlineData("seeds: {from: 0, to: 4}", "in brackets alone")]
    [InlineData("seeds:\n  - 1\n  - 2\n", "in brackets alone")]
    [InlineData("seeds: [3, 4]", "no seed of these would be left")]
    public void What_cannot_be_left_out_is_told_with_its_place(string text, string expected)
    {
        var message = Assert.Throws<SpecException>(() => SeedTrim.Without(text, "x.yaml", new HashSet<int> { 3, 4 })).Message;
        Assert.StartsWith("x.yaml:", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }
}
