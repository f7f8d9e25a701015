using Grid.Presentation.Terminal;
using Grid.Presentation.Views.Curves;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Tests.Views.Curves;

public class CurveTableTests
{
    static string[] Table(IReadOnlyList<SecurityCurve> curves, int width = 80, bool unicode = true) =>
        [.. Samples.Draw(c => CurveTable.Draw(c, curves), width, unicode).Split('\n').Select(l => l.TrimEnd())];

    [Theory]
    [InlineData(50)]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(250)]
    public void The_first_and_the_last_strength_are_always_shown(int width)
    {
        var lines = Table(Samples.Curves(), width);
        var head =
            lines.Single(l => l.StartsWith("attack, defense", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("0", head[2]);
        Assert.Equal("0.3", head[^2]);
        Assert.Equal("check", head[^1]);
        Assert.All(lines, l => Assert.True(TextFit.Width(l) <= width, l));
        Assert.Equal(width < 250, lines.Any(l => l.EndsWith("strengths shown; all are in curves.csv.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Notes_are_wrapped_and_not_cut() =>
        Assert.Contains("Beside each value stands half the width of its 95 % interval.",
            string.Join(' ', Table(Samples.Curves(), width: 30)),
            StringComparison.Ordinal);

    [Fact]
    public void Values_stand_with_half_their_interval_and_the_verdict()
    {
        var lines = Table(Samples.Curves());

        Assert.Contains("fgsm", lines);
        Assert.Contains(lines,
            l => l.StartsWith("  none ", StringComparison.Ordinal) && l.Contains(" 98.6 ±1.1 ", StringComparison.Ordinal)
                && l.EndsWith("0.2 ±0.5  ✓ pass", StringComparison.Ordinal));
        Assert.Contains("  adversarial-training(attack=fgsm, epsilon=0.3)", lines);
        Assert.Contains(lines, l => l.EndsWith("77.5 ±3.0  ✗ fail 1", StringComparison.Ordinal));
    }

    [Fact]
    public void Points_not_done_are_dashes_and_points_with_seeds_missing_are_starred()
    {
        var curve = Samples.Curve("fgsm", "none", "", 0.98, 0.1) with
        {
            Points = [new(0, 100, 0.9, 0.8, 1, 2, 5), new(0.1, 100, double.NaN, double.NaN, double.NaN, 0, 5)],
        };
        var lines = Table([curve]);

        Assert.Contains(lines, l => l.Contains("90.0 ±10.0*", StringComparison.Ordinal) && l.EndsWith(" -", StringComparison.Ordinal));
        Assert.Contains("* not all seeds are done yet.", lines);
    }

    [Fact]
    public void Curves_of_an_attack_stand_together_under_its_name()
    {
        var curves = Samples.Curves().Zip(Samples.Curves("pgd[40]"), (a, b) => new[] { a, b }).SelectMany(c => c).ToList();
        var lines = Table(curves);

        Assert.Single(lines, "fgsm");
        Assert.Single(lines, "pgd[40]");
    }

    [Fact]
    public void Without_unicode_every_character_is_ascii() =>
        Assert.True(string.Join('\n', Table(Samples.Curves(), unicode: false)).All(char.IsAscii));
}
