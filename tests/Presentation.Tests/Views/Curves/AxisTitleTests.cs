using Grid.Presentation.Terminal;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Tests.Views.Curves;

public sealed class AxisTitleTests
{
    [Theory]
    [InlineData(StrengthUnit.Epsilon, "epsilon", "linf", "epsilon (Linf)")]
    [InlineData(StrengthUnit.Epsilon, "epsilon", "l0", "epsilon (L0)")]
    [InlineData(StrengthUnit.Epsilon, "epsilon", "", "epsilon")]
    [InlineData(StrengthUnit.Fraction, "fraction", "", "share of the training set")]
    [InlineData(StrengthUnit.Points, "points", "", "points added to the training set")]
    [InlineData(StrengthUnit.Switch, "switch", "", "attack (0 off, 1 on)")]
    [InlineData(StrengthUnit.Pixels, "pixels", "", "pixels")]
    [InlineData(StrengthUnit.Other, "degrees", "", "degrees")]
    public void An_axis_says_what_strengths_count(StrengthUnit unit, string name, string norm, string title) =>
        Assert.Equal(title, AxisTitle.Of(new(unit, name, norm)));

    [Fact]
    public void A_curve_of_an_older_version_has_strengths() => Assert.Equal("strength", AxisTitle.Of(null));
}
