using Grid.Contracts;
using Grid.Grains;
using Grid.Silo.Hosting;
using Grid.Silo.Plans;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Grid.Faults.Tests.InProcess;

/// <summary>Silos that drop activations because memory runs short.</summary>
public sealed class SheddingTests
{
    const string Many = "{name: many, dataset: digits, model: softmax, attack: fgsm, strength: 0.1, seeds: 1000}";

    [Fact]
    public async Task A_coordinator_of_many_cells_that_is_shed_comes_back_with_all_it_knew()
    {
        using var gate = new ManualResetEventSlim();
        var store = new MemoryStore();
        var script = new Script((_, ct) =>
        {
            if (store.Writes.Count >= 1000) gate.Wait(ct);
            return 1;
        });
        var plans = 0;
        await using var grid = await TestGrid.Start(
            script, store: store,
            planner: services =>
                new CountingPlanner(ActivatorUtilities.CreateInstance<SweepPlanner>(services), () => Interlocked.Increment(ref plans)),
            silo: silo => silo.Configure<GrainCollectionOptions>(o =>
            {
                // Whatever this process holds is too much, so that the runtime drops what it can every half second.
                o.EnableActivationSheddingOnMemoryPressure = true;
                (o.MemoryUsageTargetPercentage, o.MemoryUsageLimitPercentage) = (0.0001, 0.0002);
                o.MemoryUsagePollingPeriod = TimeSpan.FromMilliseconds(500);
            }));
        var sweep = (await grid.Desk.Submit("many.yaml", Many)).Sweep;
        var before = (await grid.UntilItAnswers(sweep, s => s.Done >= 1000)).Done;

        // More often than it was made to plan: it has been dropped in the middle, with workers on its groups.
        var so = Volatile.Read(ref plans);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        while (Volatile.Read(ref plans) < so + 3)
        {
            // The runtime looks at its memory when all of it has been collected.
            GC.Collect();
            await pace.WaitForNextTickAsync();
        }

        Assert.InRange((await grid.UntilItAnswers(sweep, s => s.Done >= before)).Done, before, 1010);

        gate.Set();
        var end = await grid.UntilItAnswers(sweep, s => s.Phase == SweepPhase.Finished);
        Assert.Equal((2000, 0), (end.Done, end.Failed));
        Assert.Equal(2000, store.Writes.Count);
        Assert.All(store.Writes.Values, writes => Assert.Equal(1, writes));
    }

    [Theory]
    [InlineData("none", true)]
    [InlineData("cpu", false)]
    public async Task Silos_without_devices_shed_and_those_with_devices_do_not(string devices, bool sheds)
    {
        var folder = Directory.CreateTempSubdirectory("grid-shed-").FullName;
        try
        {
            await using var silo = await SiloHost.Build([$"--Grid:Devices={devices}", "--Grid:Slots=1", $"--Grid:Folder={folder}"]);
            var options = silo.Services.GetRequiredService<IOptions<GrainCollectionOptions>>().Value;
            Assert.Equal(sheds, options.EnableActivationSheddingOnMemoryPressure);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    sealed class CountingPlanner(IPlanner planner, Action count) : IPlanner
    {
        public Task<SweepOutline> Check(string file, string text) => planner.Check(file, text);

        public Task<PlannedSweep> Plan(string file, string text)
        {
            count();
            return planner.Plan(file, text);
        }
    }
}
