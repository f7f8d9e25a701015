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

        const int Asked = 200;
        // Each slot asks when it comes, and a sweep that is new is asked at once.
        await Questions(2 * Asked);
        var took = await Questions(Asked);

        output.WriteLine($"{Asked / took.TotalSeconds:0} questions a second");
        // 16 slots that each asked 200 sweeps every second would have it in a sixteenth of one. A busy machine takes longer, and is no less quiet.
        Assert.True(took > TimeSpan.FromSeconds(Asked / 50), $"{Asked} questions within {took.TotalSeconds:F1} s");
    }

    /// <summary>How long it takes until so many questions have been asked.</summary>
    static async Task<TimeSpan> Questions(int wanted)
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
        await TestGrid.UntilTrue(() => Volatile.Read(ref asked) >= wanted, seconds: 300);
        return watch.Elapsed;
    }
}
