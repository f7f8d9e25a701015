using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tables;

namespace Grid.Sweeps.Tests.Checks;

/// <summary>What the bookkeeping makes of cells that have an area under the curve instead of accuracies under attack.</summary>
public class PrivacyCheckTests
{
    static CellOutcome Cell(double strength, int members, params (string, Measurement)[] more) => Make.Outcome(
        Make.Cell(new("lira"), strength),
        [
            (Metric.CleanAccuracy, Measurement.Rate(9, 10)), (Metric.Members, new(members, members)), (Metric.Auc, new(0.6, members)),
            (Metric.AucLow, new(0.55, members)), (Metric.AucHigh, new(0.65, members)), .. more,
        ]);

    static string[] Verdicts(params CellOutcome[] cells) =>
        [.. new EvaluationChecks(cells, Make.Terms).Verdicts().Select(v => v.Verdict.ToString())];

    [Theory]
    [InlineData(999,
        "warn H24: 1 % of 999 others are fewer than 10 samples: only AUC and accuracy are left, which hide the few members found for sure")]
    [InlineData(9999, "warn H24: 0.1 % of 9999 others are fewer than 10 samples: quote the true positive rate at 1 %")]
    [InlineData(10000, "pass H24: 0.1 % of 10000 others are 10 samples or more")]
    public void A_rate_of_false_positives_must_be_ten_samples(int members, string verdict) =>
        Assert.Equal([verdict], Verdicts(Cell(0, members), Cell(1, members)));

    [Theory]
    [InlineData(0.51, "pass H24: networks that saw none of them tell members from others with an AUC of .510 (seed 0)")]
    [InlineData(0.53,
        "warn H24: networks that saw none of them tell members from others with an AUC of .530 (seed 0): so much is due to the data")]
    public void Members_and_others_must_be_alike(double unseen, string verdict) =>
        // Two standard errors of 5,000 against 5,000 are .0115.
        Assert.Contains(verdict, Verdicts(Cell(0, 5000), Cell(1, 5000, (Metric.AucUnseen, new(unseen, 5000)))));

    [Fact]
    public void An_epsilon_wants_Poisson_batches_and_must_stand_an_audit()
    {
        (string, Measurement) delta = (Metric.PrivacyDelta, new(1e-5)), epsilon = (Metric.PrivacyEpsilon, new(2.5));
        Assert.Contains("pass H25: epsilon 2.50 at delta 1E-05", Verdicts(Cell(1, 100, delta, epsilon)));
        Assert.Contains(Verdicts(Cell(1, 100, delta)), v => v.StartsWith("warn H25: no guarantee", StringComparison.Ordinal));
        Assert.Contains("pass H25: an audit shows epsilon to exceed 1.20, where 2.50 is stated (seed 0)", Verdicts(Cell(
            1, 100, delta, epsilon, (Metric.AuditedEpsilon, new(1.2)))));
        Assert.Contains("fail H25: an audit shows epsilon to exceed 3.00, where 2.50 is stated (seed 0)", Verdicts(Cell(
            1, 100, delta, epsilon, (Metric.AuditedEpsilon, new(3)))));
    }

    [Fact]
    public void Rates_at_few_false_positives_make_curves_whose_intervals_hold_other_thresholds_too()
    {
        var curve = CurveBuilder.Build([Cell(1, 100, (Metric.TprAtFpr1, Measurement.Rate(7, 100)))], Make.Terms).Single(
            c => c.Metric == Metric.TprAtFpr1);
        // Clopper and Pearson, 7 of 100: [.0286, .1389]. Of 100 others none or up to three lie beyond the true threshold.
        Assert.Equal(0, curve.Points[0].Low, 1e-4);
        Assert.Equal(0.1414, curve.Points[0].High, 1e-4);
    }

    [Fact]
    public void The_area_makes_a_curve_with_its_own_interval_and_nothing_else_does()
    {
        var curve = CurveBuilder.Build([Cell(0, 100), Cell(1, 100)], Make.Terms).Single();
        Assert.Equal(Metric.Auc, curve.Metric);
        Assert.Equal(new CurvePoint(1, 100, 0.6, 0.55, 0.65, 1, 1), curve.Points[1]);
    }

    [Fact]
    public void Cells_without_an_accuracy_under_attack_have_their_row()
    {
        var text = new StringWriter();
        CellsTable.Write(text, [Cell(1, 100)], Make.Terms);
        Assert.Contains(",done,10,0.9,,,0.6,0.65,0.55,100,", text.ToString(), StringComparison.Ordinal);
    }
}
