using Grid.Presentation.Terminal;
using Grid.Presentation.Views.Curves;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Curves;
using Spectre.Console;

namespace Grid.Presentation.Tests.Views.Curves;

public class CurvePlotTests
{
    static readonly SecurityCurve Step = new("digits", "mlp", "", "fgsm", "none", "robust_accuracy",
        [new(0, 100, 1, 0.97, 1, 1, 1), new(0.5, 100, 0.5, 0.4, 0.6, 1, 1), new(1, 100, 0, 0, 0.03, 1, 1)]);

    static string[] Plot(IReadOnlyList<SecurityCurve> curves, int width = 80, bool unicode = true) =>
        [.. Samples.Draw(c => CurvePlot.Draw(c, curves), width, unicode).Split('\n').Select(l => l.TrimEnd())];

    [Fact]
    public void The_axis_of_strengths_has_its_unit() => Assert.Contains(
        "epsilon (Linf)",
        Samples.Draw(c => CurvePlot.Draw(c, [Samples.Curves()[0] with { Axis = new(StrengthUnit.Epsilon, "epsilon", "linf") }]), 80, true),
        StringComparison.Ordinal);

    [Fact]
    public void Points_stand_where_strength_and_accuracy_put_them()
    {
        var lines = Plot([Step], unicode: false);
        var (top, middle, bottom) = (Line(lines, "100 %"), Line(lines, "50 %"), Line(lines, "0 %"));

        Assert.Equal(8, top.IndexOf('o', StringComparison.Ordinal));
        Assert.Equal(8 + 35, middle.IndexOf('o', StringComparison.Ordinal));
        Assert.Equal(8 + 70, bottom.IndexOf('o', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(200)]
    public void No_line_is_wider_than_the_console_or_120(int width)
    {
        var lines = Plot(Samples.Curves(), width);

        Assert.All(lines, l => Assert.True(TextFit.Width(l) <= Math.Min(width, 120), l));
        Assert.True(lines.Max(TextFit.Width) >= Math.Min(width, 120) - 2);
    }

    [Fact]
    public void Every_curve_has_its_own_marker_in_plot_and_legend()
    {
        var lines = Plot(Samples.Curves());

        foreach (var (marker, defense) in new[] { ('●', "none"), ('■', "median-filter(passes=2, size=2)"), ('▲', "adversarial-training(attack=fgsm, epsilon=0.3)") })
        {
            Assert.Contains(lines, l => l.StartsWith($"  {marker} {defense}", StringComparison.Ordinal));
            Assert.InRange(lines.Sum(l => l.Count(c => c == marker)), 9, 14);
        }
    }

    [Fact]
    public void The_legend_reads_the_first_middle_and_last_strength_and_the_check()
    {
        var text = string.Join('\n', Plot(Samples.Curves()));

        Assert.Contains("0:  98.6 %  0.15:  27.0 %  0.3:   0.2 %  ✓ pass", text, StringComparison.Ordinal);
        Assert.Contains("✗ fail 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_not_done_is_a_gap()
    {
        var gap = Step with { Points = [Step.Points[0], Step.Points[1] with { Mean = double.NaN, Low = double.NaN, High = double.NaN }, Step.Points[2]] };
        var middle = Line(Plot([gap], unicode: false), "50 %");

        Assert.Equal("50 % +", middle.Trim());
        Assert.Contains(".", Line(Plot([Step], unicode: false), "50 %"), StringComparison.Ordinal);
    }

    [Fact]
    public void Curves_of_one_strength_are_listed_and_take_no_plot()
    {
        var lines = Plot([Step with { Points = [Step.Points[1]] }]);

        Assert.Contains(lines, l => l.StartsWith("  ● ", StringComparison.Ordinal) && l.Contains("50.0 %", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains('┤', StringComparison.Ordinal));
    }

    [Fact]
    public void A_long_title_runs_on_in_a_second_line_and_loses_nothing()
    {
        var lines = Plot([Step with { Model = $"cnn training(epochs=1, initialisation=pytorch, samples=10000)", Attack = "pgd-poisoning(label=random, step_size=0.0625)" }]);

        Assert.Contains("step_size=0.0625)", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Curves_of_no_point_and_of_nan_are_drawn()
    {
        var none = Step with { Points = [] };
        var nan = Step with { Points = [.. Step.Points.Select(p => p with { Mean = double.NaN, Low = double.NaN, High = double.NaN, Seeds = 0 })] };

        Assert.Contains("  No point of these curves is done yet.", Plot([none]));
        Assert.Contains("  No point of these curves is done yet.", Plot([nan]));
        Assert.DoesNotContain("NaN", string.Join('\n', Plot([nan])), StringComparison.Ordinal);
    }

    [Fact]
    public void Attacks_get_a_plot_each_and_more_curves_than_markers_are_split()
    {
        var curves = Enumerable.Range(0, 10).Select(i => Step with { Defense = $"d{i}" }).Append(Step with { Attack = "pgd" }).ToList();
        var text = string.Join('\n', Plot(curves));

        Assert.Contains("digits, mlp, fgsm (1 of 2)", text, StringComparison.Ordinal);
        Assert.Contains("digits, mlp, fgsm (2 of 2)", text, StringComparison.Ordinal);
        Assert.Contains("digits, mlp, pgd\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_that_is_no_share_gets_its_own_scale()
    {
        var error = Step with { Metric = "mean_abs_error", Points = [new(0, 10, 3, 2, 4, 1, 1), new(1, 10, 17, 15, 19, 1, 1)] };
        var lines = Plot([error]);

        Assert.Contains(lines, l => l.StartsWith("    20 ┤", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains('%', StringComparison.Ordinal));
    }

    [Fact]
    public void Names_with_brackets_and_control_characters_are_drawn_as_text()
    {
        var odd = Step with { Defense = "[red]x[/] \e[2J]\n[[", Attack = "pgd[" };
        var text = string.Join('\n', Plot([odd]));

        Assert.Contains("● [red]x[/]  [2J] [[", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Very_long_names_end_in_an_ellipsis()
    {
        var lines = Plot([Step with { Defense = new string('d', 300), Attack = new string('a', 300) }]);

        Assert.All(lines, l => Assert.True(TextFit.Width(l) <= 80, l));
        Assert.Contains(lines, l => l.EndsWith("ddd…", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.EndsWith("aaa…", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_unicode_every_character_is_ascii() =>
        Assert.True(string.Join('\n', Plot([.. Samples.Curves(), .. Samples.Curves("pgd")], unicode: false)).All(char.IsAscii));

    [Fact]
    public void Without_colour_no_escape_sequence_is_written_and_with_colour_each_curve_has_its_own()
    {
        var colour = Samples.Draw(c => CurvePlot.Draw(c, Samples.Curves()), colour: ColorSystemSupport.TrueColor);

        Assert.DoesNotContain("\e", string.Join('\n', Plot(Samples.Curves())), StringComparison.Ordinal);
        for (var i = 0; i < 3; i++) Assert.Contains($"38;2;{CurveMarkers.Colour(i).R};{CurveMarkers.Colour(i).G};{CurveMarkers.Colour(i).B}m", colour, StringComparison.Ordinal);
    }

    static string Line(string[] lines, string label) => lines.First(l => l.TrimStart().StartsWith(label + " ", StringComparison.Ordinal));
}
