using Grid.Sweeps.Cells;
using Grid.Sweeps.Estimates;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests.Estimates;

/// <summary>What cells will take, going by those measured.</summary>
public class MeasuredCostsTests
{
    static void Measure(MeasuredCosts costs, Cell cell, double seconds, string device = "cpu")
    {
        var result = Make.Done(CellId.Of(cell, "sha", "1")) with { Seconds = seconds, Provenance = Make.Here with { Device = device } };
        costs.Add(cell, result);
    }

    [Fact]
    public void Cells_of_the_same_kind_speak_for_others_with_an_interval()
    {
        var costs = new MeasuredCosts();
        for (var seed = 0; seed < 20; seed++) Measure(costs, Make.Cell(Make.Pgd, 0.1, seed), seed % 2 == 0 ? 1 : 3);
        // Another kind, of the same names.
        Measure(costs, Make.Cell(new("pgd", ("steps", 400)), 0.1), 1000);

        var estimate = costs.Estimate([(Make.Cell(Make.Pgd, 0, 30), 50), (Make.Cell(Make.Pgd, 0, 31), 50)]);

        Assert.Equal(200, estimate.Seconds.Value, 1e-9);
        Assert.Equal((200, 0), (Math.Round(estimate.Processors.Value), estimate.Cards.Value));
        Assert.InRange(estimate.Seconds.Low, 100, 199);
        Assert.InRange(estimate.Seconds.High, 201, 300);
        Assert.Equal(20, estimate.From);
        Assert.Equal(100, Assert.Single(estimate.Kinds).Cells);
    }

    // In 19 of 20 cases what cells take lies within.
    [Fact]
    public void The_interval_holds_what_cells_take_in_the_end()
    {
        var random = new Random(5);
        double Draw() => Math.Exp(0.5 * (random.NextDouble() + random.NextDouble() + random.NextDouble()));
        var held = 0;
        for (var run = 0; run < 1000; run++)
        {
            var costs = new MeasuredCosts();
            for (var seed = 0; seed < 8; seed++) Measure(costs, Make.Cell(Make.Pgd, 0.1, seed), Draw());
            var estimate = costs.Estimate([(Make.Cell(Make.Pgd, 0), 30)]);
            if (estimate.Seconds.Holds(Enumerable.Range(0, 30).Sum(_ => Draw()))) held++;
        }

        Assert.InRange(held, 920, 980);
    }

    [Fact]
    public void The_nearest_kind_is_asked_and_what_nobody_measured_is_unknown()
    {
        var costs = new MeasuredCosts();
        costs.Add(Make.Done(CellId.Of(Make.Cell(Make.Pgd, 0.1), "sha", "1")) with { Seconds = 2 });
        costs.Add(Make.Done(CellId.Of(Make.Cell(Make.Pgd, 0.2), "sha", "1")) with { Seconds = 4 });
        Measure(costs, Make.Cell(Make.Fgsm, 0.1), 5, "cuda:0");
        var broken = CellId.Of(Make.Cell(Make.Noise, 0.1), "sha", "1");
        costs.Add(CellResult.Failed(broken, FailureKind.Experiment, "broken", 1, 1, Make.Here));

        var estimate = costs.Estimate([(Make.Cell(Make.Pgd, 0, 3), 10), (Make.Cell(Make.Fgsm, 0, 3), 2), (Make.Cell(Make.Noise, 0, 3), 7)]);

        Assert.Equal((30, 20, 40), (estimate.Processors.Value, estimate.Processors.Low, estimate.Processors.High));
        Assert.Equal((10, 5, 20), (estimate.Cards.Value, estimate.Cards.Low, estimate.Cards.High));
        Assert.Equal(["noise"], estimate.Unknown);
        Assert.False(costs.Estimate([(Make.Cell(Make.Noise, 0, 3), 7)]).IsKnown);
    }
}
