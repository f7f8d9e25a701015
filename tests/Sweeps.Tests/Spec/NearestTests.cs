using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Sweeps.Tests.Spec;

public class NearestTests
{
    [Theory]
    [InlineData("Median_Filter", "median-filter")]
    [InlineData("median filter", "median-filter")]
    [InlineData("medianfilter", "median-filter")]
    [InlineData("median", "median-filter")]
    [InlineData("FGSM", "fgsm")]
    [InlineData("fgms", "fgsm")]
    [InlineData("friend", "friends")]
    [InlineData("zebra", null)]
    public void A_slip_is_led_back_to_the_name_that_was_meant(string typed, string? meant)
    {
        var e = Assert.Throws<SpecException>(() => SweepFile.Parse(
            $"{{defense: '{typed}', name: x, dataset: digits, model: cnn, attack: {{pgd: {{norm: l2}}}}, strength: 0, attack2: 1}}",
            "x.yaml",
            new([.. new[] { "median-filter", "friends", "fgsm", "none" }.Select(n => new Catalog.Entry("defense", n, [])),
                .. new[] { "attack", "dataset", "model" }.SelectMany(c => Known.Vocabulary.In(c))])));

        Assert.StartsWith(meant is null
            ? $"x.yaml:1:11: unknown defense '{typed}'; known: "
            : $"x.yaml:1:11: unknown defense '{typed}'; did you mean '{meant}'?", e.Message);
    }
}
