using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grid.Contracts;

namespace Grid.Faults.Tests;

/// <summary>What a cluster costs in which nobody has anything to do.</summary>
public sealed class IdleTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Slots_without_work_ask_sweeps_that_have_none_now_and_then()
    {
        await using var grid = await TestGrid.Start(Script.Nothing(), options: new() { Slots = 16, LeaseTime = TimeSpan.FromMinutes(10) });
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            var text = $"{{name: idle{i}, dataset: digits, model: softmax, attack: fgsm, strength: 0.1, seeds: {{from: {i}, to: {i}}}}}";
            await grid.Sweep((await grid.Desk.Submit("s.yaml", text)).Sweep).Turn(SweepPhase.Paused);
        }));
        // Its coordinator has nothing to give, and the list of sweeps does not know that: as when others have all of its groups.
        foreach (var sweep in await grid.Desk.Sweeps()) grid.Store.Change(sweep.Sweep, s => s with { Phase = SweepPhase.Running });
        Assert.Equal(200, (await grid.Store.Sweeps(true, default)).Count);
        await Task.Delay(2000);

        var each = await Questions(TimeSpan.FromSeconds(5));

        output.WriteLine($"{each:0} questions a second");
        Assert.InRange(each, 1, 50);
    }

    static async Task<double> Questions(TimeSpan within)
    {
        var asked = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "grid.lease.duration") l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref asked));
        listener.Start();
        var watch = Stopwatch.StartNew();
        await Task.Delay(within);
        return asked / watch.Elapsed.TotalSeconds;
    }
}
