using Grid.Presentation.Terminal;

namespace Grid.Presentation.Tests.Terminal;

public class NumberTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.05, "0.05")]
    [InlineData(0.30000000000000004, "0.3")]
    [InlineData(0.00001, "1e-5")]
    [InlineData(12345, "12345")]
    [InlineData(1e7, "1e7")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(double.NaN, "-")]
    [InlineData(double.PositiveInfinity, "inf")]
    public void Axis_numbers_are_short(double value, string text) => Assert.Equal(text, NumberText.Number(value));

    [Theory]
    [InlineData(0.00001, "0.0")]
    [InlineData(-0.00001, "0.0")]
    [InlineData(0.006, "+0.6")]
    [InlineData(-0.011, "-1.1")]
    public void Differences_carry_their_sign_unless_they_round_to_zero(double value, string text) =>
        Assert.Equal(text, NumberText.Signed(value));

    [Theory]
    [InlineData(4.2, "4.2 s")]
    [InlineData(187, "3:07")]
    [InlineData(3723, "1:02:03")]
    [InlineData(183600, "2 d 03:00")]
    public void Times_are_read_at_a_glance(double seconds, string text) =>
        Assert.Equal(text, NumberText.Time(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(13, 4)]
    [InlineData(100, 7)]
    [InlineData(5, 2)]
    public void A_spread_holds_both_ends_and_no_index_twice(int count, int most)
    {
        var spread = TextFit.Spread(count, most);

        Assert.Equal((most, 0, count - 1, most), (spread.Count, spread[0], spread[^1], spread.Distinct().Count()));
    }

    [Theory]
    [InlineData("日本語の名前", 7, "日本語…")]
    [InlineData("😀😀😀", 4, "😀…")]
    [InlineData("short", 5, "short")]
    [InlineData("longer", 5, "long…")]
    public void Text_is_cut_by_columns_not_characters(string text, int width, string expected)
    {
        var cut = TextFit.Cut(text, width, unicode: true);

        Assert.Equal(expected, cut);
        Assert.True(TextFit.Width(cut) <= width);
    }

    [Fact]
    public void A_line_break_in_a_text_takes_the_column_that_it_is_printed_in()
    {
        Assert.Equal(23, TextFit.Width("loss is NaN\nsecond line"));
        Assert.Equal("loss…", TextFit.Cut("loss is NaN\nsecond line", 5, unicode: true));
    }
}
