using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Grid.Lab.Catalog;
using Grid.Presentation;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec.Reading;
using Grid.Web.Figures;
using Grid.Web.Findings;

namespace Grid.Web.Tests.Findings;

/// <summary>Grids over two parameters, and curves of membership attacks.</summary>
public sealed partial class MapTests
{
    [Fact]
    public void A_grid_over_two_parameters_is_a_map_with_control_and_excess()
    {
        var report = Samples.Report(attacks: 4, defenses: 4);
        var map = Assert.Single(new Study(report).ParameterMaps);

        Assert.Equal(("epsilon", 3, 3), (map.Row, map.Rows.Count, map.Columns.Count));
        Assert.Contains("steps", map.Column, StringComparison.Ordinal);
        Assert.Equal(9, map.Fields.Count);
        Assert.All(map.Fields.Values, f =>
        {
            Assert.Equal(0.97, f.Control, 1e-12);
            Assert.Equal(f.Value - f.Control, f.Excess, 1e-12);
            // The samples are the same: the interval of the excess holds it, and is narrower than that of two rates.
            Assert.InRange(f.Excess, f.ExcessLow, f.ExcessHigh);
            Assert.True(f.ExcessHigh - f.ExcessLow < 2 * (f.High - f.Low));
        });
        Assert.Contains("excess", MapFigure.Draw(map), StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_of_ten_thousand_fields_is_a_path_for_each_shade()
    {
        double[] sides = [.. Enumerable.Range(0, 100).Select(i => (double)i)];
        var fields =
            from row in sides
            from column in sides
            where (row, column) != (3, 4)
            let value = (row + column) / 198
            select ((row, column), new GridField(value, value, value, 0, value, value, value, 100));
        var map = new GridMap("map0", "all", "rate", "row", "column", sides, sides, IsShare: true, 1, fields.ToDictionary());

        var drawn = XDocument.Parse(MapPicture.Standalone(map));

        var paths = drawn.Descendants().Where(e => e.Name.LocalName == "path").ToList();
        Assert.Equal(41, paths.Count);
        Assert.Equal(9_999, paths.SelectMany(p => Width().Matches((string)p.Attribute("d")!)).Sum(m =>
            int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)));
        Assert.InRange(drawn.ToString().Length, 10_000, 120_000);
        Assert.Contains("0.0 % to 100.0 %", (string)drawn.Root!.Attribute("aria-label")!, StringComparison.Ordinal);
    }

    [GeneratedRegex("h([0-9]+)v1")]
    private static partial Regex Width();

    [Fact]
    public void A_sweep_over_one_parameter_has_no_map() => Assert.Empty(new Study(Samples.Report(attacks: 4, defenses: 2)).ParameterMaps);

    [Fact]
    public void Membership_is_drawn_on_logarithmic_axes_through_what_was_measured()
    {
        var curves = Assert.Single(new Study(Membership()).Memberships);

        Assert.Equal(["none", "dp-sgd"], curves.Lines.Select(l => l.Name));
        RatePair[] measured = [new(0.001, 0.02), new(0.01, 0.1), new(0.25, 0.5), new(1, 1)];
        Assert.Equal(measured, curves.Lines[0].Points.Select(p =>
            new RatePair(p.FalsePositives, Math.Round(p.TruePositives, 12))));
        var (bottom, tenth) = (curves.Plot.Lines[0].Points[0], curves.Plot.Lines[0].Points[1]);
        Assert.Equal(0, bottom.Across, 1e-12);
        Assert.Equal(1 / 3.0, tenth.Across, 1e-12);
        Assert.Equal(2 / 3.0, tenth.Up, 1e-12);
        // Between off and on there is nothing: what was measured stands in tables.
        var panels = new Study(Membership()).Panels;
        Assert.Equal(["AUC", "TPR at FPR 0.01", "TPR at FPR 0.001"], panels.Select(p => p.Quantity));
        Assert.DoesNotContain(panels, p => p.IsChart);
        Assert.Contains("10.0 %", ReportFile.Text(Membership(), TimeProvider.System), StringComparison.Ordinal);
    }

    static SweepReport Membership()
    {
        const string Text = """
            name: members
            dataset: digits
            model: softmax
            attack: loss-threshold
            defense: [none, dp-sgd]
            strength: [0, 1]

            """;
        var plan = Plan.Of(SweepFile.Parse(Text, "members.yaml", Catalogue.Vocabulary), (_, _) => "", "4");
        var outcomes =
            from planned in plan.Cells
            let times = planned.Cell.Defense.Name == "none" ? 1 : 0.5
            select new CellOutcome(planned.Cell, planned.Id, Samples.Done(planned.Id,
            [
                (Metric.Auc, new(0.5 + 0.2 * times, 100)), (Metric.TprAtFpr01, Measurement.Rate((long)(20 * times), 1000)),
                (Metric.TprAtFpr1, Measurement.Rate((long)(100 * times), 1000)), (Metric.MembershipRecall, Measurement.Rate(500, 1000)),
                (Metric.MembershipAdvantage, new(0.25, 1000)),
            ]));
        return new(new(plan.Name, Text, plan.Hash8, plan.Version), [.. outcomes], Catalogue.Traits);
    }
}
