using Grid.Presentation.Terminal;
using Grid.Presentation.Views.Friends;
using Grid.Sweeps.Curves;
using Spectre.Console;

namespace Grid.Presentation.Tests.Views.Friends;

public class HeatMapTests
{
    static string[] Lines(
        IReadOnlyList<FriendsRow> rows, int width = 80, bool unicode = true, ColorSystemSupport colour = ColorSystemSupport.NoColors) =>
        Samples.Draw(c => HeatMap.Draw(c, rows), width, unicode, colour).Split('\n');

    [Fact]
    public void The_published_grid_shows_rate_interval_control_and_excess_in_80_columns()
    {
        var lines = Lines(Samples.Published);

        Assert.All(lines, l => Assert.True(TextFit.Width(l) <= 80, l));
        Assert.Contains("noise_std  1                2                4                8", lines.Select(l => l.TrimEnd()));
        var row = Array.FindIndex(lines, l => l.StartsWith("        5 ", StringComparison.Ordinal));
        Assert.Equal("        5 · 1.0 %          · 3.0 %          ░ 8.0 %          ░ 9.0 %", lines[row].TrimEnd());
        Assert.Equal("          · [0.1, 3.6]     · [1.1, 6.4]     ░ [4.6, 12.7]    ░ [5.4, 13.9]", lines[row + 1].TrimEnd());
        Assert.Equal("          · control 0.3 %  · control 1.9 %  ░ control 6.5 %  ░ control 10.1 %", lines[row + 2].TrimEnd());
        Assert.Equal("          · excess +0.7    · excess +1.1    ░ excess +1.5    ░ excess -1.1", lines[row + 3].TrimEnd());
    }

    [Fact]
    public void Combinations_that_were_not_run_are_blank()
    {
        var line = Lines(Samples.Published).Single(
            l => l.Contains("16.5 %", StringComparison.Ordinal) && !l.StartsWith("low", StringComparison.Ordinal));

        Assert.Equal("8 ▓ 16.5 %", string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void A_field_of_the_highest_rate_is_drawn_on_the_last_colour_of_the_ramp()
    {
        var text = string.Join('\n', Lines(Samples.Published, colour: ColorSystemSupport.TrueColor));

        Assert.Contains("48;2;253;231;37m 23.5 %", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_on_every_shade_has_a_contrast_of_at_least_4_5()
    {
        for (var i = 0; i <= 200; i++)
        {
            var back = ColorRamp.At(i / 200.0);
            var (a, b) = (ColorRamp.Luminance(back), ColorRamp.Luminance(ColorRamp.On(back)));
            Assert.True((Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05) >= 4.5, $"{back}");
        }
    }

    [Fact]
    public void The_ramp_grows_steadily_lighter()
    {
        var shades = Enumerable.Range(0, 101).Select(i => ColorRamp.Luminance(ColorRamp.At(i / 100.0))).ToList();

        Assert.Equal(shades.Order(), shades);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(120)]
    public void A_hundred_by_a_hundred_fits_the_width_in_colour_and_without(int width)
    {
        var rows = Samples.Square(100);
        var plain = Lines(rows, width);
        var colour = Samples.Draw(c => HeatMap.Draw(c, rows), width, true, ColorSystemSupport.TrueColor);

        Assert.All(plain, l => Assert.True(TextFit.Width(l) <= width, l));
        Assert.InRange(plain.Length, 20, 62);
        Assert.Contains("▀", colour, StringComparison.Ordinal);
        Assert.Contains(plain, l => l.StartsWith("Each field drawn is the mean of 2 x ", StringComparison.Ordinal));
        Assert.Contains("highest 50.0 % at (100, 10)", string.Join('\n', plain), StringComparison.Ordinal);
    }

    [Fact]
    public void The_steepest_corner_of_a_large_grid_is_the_darkest()
    {
        var lines = Lines(Samples.Square(30));
        var last = lines.Single(l => l.TrimStart().StartsWith("30 ", StringComparison.Ordinal));

        Assert.EndsWith("████", last, StringComparison.Ordinal);
        Assert.Equal('·', last.TrimStart()[3]);
    }

    [Fact]
    public void Ten_by_ten_still_carries_numbers_in_80_columns()
    {
        var lines = Lines(Samples.Square(10));

        Assert.Contains(lines,
            l => l.Contains("50.0", StringComparison.Ordinal) && l.TrimStart().StartsWith("10 ", StringComparison.Ordinal));
        Assert.All(lines, l => Assert.True(TextFit.Width(l) <= 80, l));
    }

    [Fact]
    public void Without_unicode_every_character_is_ascii()
    {
        var text = string.Join('\n', [.. Lines(Samples.Published, unicode: false), .. Lines(Samples.Square(40), unicode: false)]);

        Assert.True(text.All(char.IsAscii));
        Assert.Contains("#", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_variant_and_strength_has_its_own_titled_map()
    {
        var text = string.Join('\n', Lines(
        [
            Samples.Row(5, 1, 0.5, 0.4, 0.6, 0.1, "friends(phases=[attack, perturb])"),
            Samples.Row(5, 1, 0.2, 0.1, 0.3, 0.1, strength: 2),
            Samples.Row(5, 1, 0.1, 0.0, 0.2, 0.1, strength: 0),
        ]));

        Assert.Contains("FRIENDS: friends(phases=[attack, perturb]), 1 poison point", text, StringComparison.Ordinal);
        Assert.Contains("FRIENDS: friends, 2 poison points", text, StringComparison.Ordinal);
        Assert.Contains("FRIENDS: friends, no poison (the control)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_control_is_a_dash_and_a_rate_of_zero_everywhere_does_not_divide_by_zero()
    {
        var text = string.Join('\n', Lines([Samples.Row(5, 1, 0, 0, 0.02, double.NaN)]));

        Assert.Contains("control -", text, StringComparison.Ordinal);
        Assert.Contains("0.0 % [0.0, 2.0]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }
}
