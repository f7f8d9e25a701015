using Grid.Presentation.CommandLine;
using Grid.Presentation.Views.Curves;

namespace Grid.Presentation.Tests.Views.Curves;

public sealed class CurveFilterTests
{
    static readonly string[] Labels = ["none", "jpeg(quality=50)", "bit-depth(bits=3)", "bit-depth(bits=4)"];

    [Theory]
    [InlineData("none", "none")]
    [InlineData("jpeg", "jpeg(quality=50)")]
    [InlineData("bit-depth(bits=4)", "bit-depth(bits=4)")]
    public void A_defense_goes_by_its_name_alone_where_no_other_has_it(string name, string label) =>
        Assert.Equal(label, CurveFilter.DefenseOf(name, [.. Labels, .. Labels]));

    [Fact]
    public void A_name_that_no_defense_has_is_refused_with_the_nearest() => Assert.Equal(
        "nome: the sweep has no such defense; did you mean 'none'?",
        Assert.Throws<RefusedException>(() => CurveFilter.DefenseOf("nome", Labels)).Message);

    [Fact]
    public void A_name_that_several_defenses_have_is_refused_with_all_of_them() => Assert.Equal(
        "bit-depth: several defenses have that name; give one of bit-depth(bits=3), bit-depth(bits=4)",
        Assert.Throws<RefusedException>(() => CurveFilter.DefenseOf("bit-depth", Labels)).Message);
}
