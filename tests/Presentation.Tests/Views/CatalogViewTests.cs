using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Sweeps.Catalog;

namespace Grid.Presentation.Tests.Views;

public class CatalogViewTests
{
    static readonly Entry Pgd = new("attack", "pgd",
        [
            new("steps", ParameterKind.Integer, 40.0, "gradient steps [count]", Low: 1),
            new("norm", ParameterKind.Word, "linf", "norm of the perturbation", ["linf", "l2"]),
            new("step", ParameterKind.Number, null, "step as a share of epsilon", Low: 0, LowOpen: true, High: 1),
            new("inner", ParameterKind.Choice, "fgsm", "", Category: "attack"),
        ],
        AttackKind.Evasion, "Projected gradient descent [strong]", "Madry et al. 2018, arXiv:1706.06083");

    [Theory]
    [InlineData(60, true)]
    [InlineData(80, false)]
    public void The_list_has_a_row_for_each_entry(int width, bool unicode)
    {
        var lines =
            Samples.Draw(c => CatalogView.List(c, [Pgd, Pgd with { Name = "fgsm", Summary = new string('x', 200) }]), width, unicode)
                .Split('\n');

        Assert.Contains(lines,
            l => l.Contains("pgd", StringComparison.Ordinal) && l.Contains("evasion", StringComparison.Ordinal)
                && l.Contains("Projected", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("fgsm", StringComparison.Ordinal));
        Assert.All(lines, l => Assert.True(TextFit.Width(l) <= width, l));
    }

    [Fact]
    public void One_entry_shows_defaults_domains_and_source()
    {
        var text = Samples.Draw(c => CatalogView.Show(c, Pgd), 120);

        foreach (var part in new[] { "integer, 1 or more", "40", "linf | l2", "(required)", "number, above 0, at most 1",
            "a choice of attack", "gradient steps [count]", "Source: Madry et al. 2018", "[strong]" })
            Assert.Contains(part, text, StringComparison.Ordinal);
    }
}
