using System.Text.Json;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Journals;

namespace Grid.Sweeps.Tests.Curves;

public sealed class CurveVerdictTests
{
    public static TheoryData<string> Texts => ["", "pass H1 H2", "warn H4: a: b", "fail H2: accuracy rises from .4 at 0.2", "pass"];

    [Theory, MemberData(nameof(Texts))]
    public void What_is_written_is_read(string text) => Assert.Equal(text, CurveVerdict.Text(CurveVerdict.Parse(text)));

    [Fact]
    public void It_has_a_grade_rules_and_evidence()
    {
        Assert.Equal(new(Grade.Warn, "H4", "a: b"), CurveVerdict.Parse("warn H4: a: b"));
        Assert.Equal(new(Grade.Pass, "H1 H2"), CurveVerdict.Parse("pass H1 H2"));
        Assert.Throws<FormatException>(() => CurveVerdict.Parse("well"));
    }

    [Fact]
    public void A_curve_is_written_with_the_text_that_it_always_had_and_an_axis_where_it_has_one()
    {
        var bare = new SecurityCurve("digits", "cnn", "", "pgd", "none", "auc", []);
        Assert.EndsWith("\"points\":[],\"check\":\"\"}", Json(bare), StringComparison.Ordinal);
        var checkedOn = bare with { Verdict = new(Grade.Fail, "H2", "why"), Axis = new(StrengthUnit.Epsilon, "epsilon", "l2") };
        Assert.EndsWith(
            "\"check\":\"fail H2: why\",\"axis\":{\"unit\":\"epsilon\",\"name\":\"epsilon\",\"norm\":\"l2\"}}", Json(checkedOn), StringComparison.Ordinal);
        foreach (var curve in new[] { bare, checkedOn })
        {
            var read = JsonSerializer.Deserialize<SecurityCurve>(Json(curve), ResultJson.Options)!;
            Assert.Equal((curve.Verdict, curve.Axis), (read.Verdict, read.Axis));
        }
    }

    static string Json(SecurityCurve curve) => JsonSerializer.Serialize(curve, ResultJson.Options);
}
