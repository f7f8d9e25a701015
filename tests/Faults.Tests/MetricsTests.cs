using Grid.Contracts;
using Grid.Faults.Tests.InProcess;

namespace Grid.Faults.Tests;

/// <summary>Autoscaling adds up what all silos tell: each sweep must be told of once, wherever its coordinator goes.</summary>
public sealed class MetricsTests
{
    const string Cells = "{name: counted, dataset: digits, model: softmax, attack: fgsm, strength: [0.1, 0.2], seeds: 20}";

    static readonly (int Silos, long Cells) Once = (1, 60), Nobody = (0, 0);

    [Fact]
    public async Task A_sweep_whose_coordinator_is_lost_is_told_of_by_the_next_one_alone()
    {
        using var halted = new ManualResetEventSlim();
        await using var grid = await TestGrid.Start(new((_, ct) =>
        {
            halted.Wait(ct);
            return 1;
        }), silos: 3);
        var sweep = (await grid.Desk.Submit("counted.yaml", Cells)).Sweep;
        using var figures = new Figures(sweep);
        Assert.Equal(Once, figures.Read());

        await grid.KillCoordinator(sweep);
        await grid.Until(sweep, s => s.Phase == SweepPhase.Running);
        Assert.Equal(Once, figures.Read());

        await grid.ForgetEverything();
        // Renewals wake it again, so it may be back already: never twice.
        Assert.Contains(figures.Read(), new[] { Nobody, Once });
        await grid.Until(sweep, s => s.Phase == SweepPhase.Running);
        Assert.Equal(Once, figures.Read());

        halted.Set();
        await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);
        Assert.Equal(Once, figures.Read());
    }

    [Fact]
    public async Task A_cancelled_sweep_is_told_of_no_more()
    {
        using var halted = new ManualResetEventSlim();
        await using var grid = await TestGrid.Start(new((_, ct) =>
        {
            halted.Wait(ct);
            return 1;
        }));
        var sweep = (await grid.Desk.Submit("counted.yaml", Cells)).Sweep;
        using var figures = new Figures(sweep);
        Assert.Equal(Once, figures.Read());
        await grid.Sweep(sweep).Turn(SweepPhase.Cancelled);
        Assert.Equal(Nobody, figures.Read());
    }
}
