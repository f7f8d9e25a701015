using Grid.Sweeps.Tables;

namespace Grid.Sweeps.Tests.Tables;

public sealed class CsvTests
{
    static string Row(params string[] fields)
    {
        using var writer = new StringWriter();
        Csv.Row(writer, fields);
        return writer.ToString();
    }

    [Theory]
    [InlineData("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    [InlineData("+1+cmd", "'+1+cmd")]
    [InlineData("-1+cmd", "'-1+cmd")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("=1,2", "\"'=1,2\"")]
    [InlineData("-0.25", "-0.25")]
    [InlineData("-1E-05", "-1E-05")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "")]
    public void No_text_runs_as_a_formula_and_numbers_stay(string field, string written) => Assert.Equal($"{written},x\n", Row(field, "x"));
}
