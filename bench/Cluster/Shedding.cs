using System.Diagnostics;
using System.Globalization;
using Grid.Contracts;
using Grid.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Grid.Cluster;

/// <summary>A control silo that is given more sweeps than its memory holds (<c>DOTNET_GCHeapHardLimit</c>), until the runtime drops the
/// coordinator of the first; and how long that one then takes to answer.</summary>
static class Shedding
{
    /// <param name="sizes">How many cells each sweep has, and how many sweeps there are at most.</param>
    public static async Task<int> Measure(string[] sizes)
    {
        if (sizes.Length != 2 || !sizes.All(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            Console.Error.WriteLine("Cluster shed CELLS SWEEPS, as in: DOTNET_GCHeapHardLimit=0x60000000 Cluster shed 1000000 5");
            return 2;
        }

        var (cells, most) = (int.Parse(sizes[0], CultureInfo.InvariantCulture), int.Parse(sizes[1], CultureInfo.InvariantCulture));
        await using var silo = await SiloHost.Build(["--Grid:Devices=none"]);
        await silo.StartAsync();
        var grains = silo.Services.GetRequiredService<IGrainFactory>();
        var management = grains.GetGrain<IManagementGrain>(0);
        ISweepGrain? first = null;
        for (var i = 0; i < most; i++)
        {
            var sweep = await Submit(i);
            first ??= sweep;
            Say($"sweep {i + 1} of {cells} cells is there");
            // Memory is looked at every five seconds, once all of it has been collected.
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(20); await Task.Delay(100))
            {
                if ((await management.GetDetailedGrainStatistics()).Any(s => s.GrainId == first.GetGrainId())) continue;
                Say("the coordinator of the first has been dropped");
                await Answer(first);
                await silo.StopAsync();
                return 0;
            }
        }

        await silo.StopAsync();
        Console.Error.WriteLine($"{most} sweeps have fitted into the memory");
        return 1;

        // The first is the one that Cluster CELLS 0 SLOTS runs: its results are known where it ran on the same database.
        async Task<ISweepGrain> Submit(int number)
        {
            var (strength, seeds) = (0.1 + (number * 0.01), cells / 2);
            var text = FormattableString.Invariant(
                $"{{name: shed-{number}, dataset: digits, model: softmax, attack: fgsm, strength: {strength}, seeds: {seeds}}}");
            var id = (await grains.GetGrain<IGridGrain>(0).Submit("shed.yaml", text)).Sweep;
            while (true)
            {
                var status = await grains.GetGrain<ISweepGrain>(id).Status();
                id = status.Sweep;
                if (status.Phase is SweepPhase.Running or SweepPhase.Finished && status.Curves.Length > 0) break;
                await Task.Delay(100);
            }

            // What runs is called every half minute so that it stays.
            var sweep = grains.GetGrain<ISweepGrain>(id);
            await sweep.Turn(SweepPhase.Paused);
            return sweep;
        }
    }

    static async Task Answer(ISweepGrain sweep)
    {
        var since = Stopwatch.GetTimestamp();
        var status = await sweep.Status();
        var answered = Stopwatch.GetElapsedTime(since).TotalSeconds;
        while (status.Curves.IsEmpty)
        {
            await Task.Delay(50);
            status = await sweep.Status();
        }

        var known = Stopwatch.GetElapsedTime(since).TotalSeconds;
        Say(FormattableString.Invariant(
            $"it answers after {answered:0.0} s and knows all after {known:0.0} s: {status.Done} of {status.Cells} cells done"));
    }

    static void Say(string what)
    {
        var (memory, process) = (GC.GetGCMemoryInfo(), Process.GetCurrentProcess());
        var used = (memory.TotalCommittedBytes - memory.FragmentedBytes) / 1e6;
        Console.WriteLine(FormattableString.Invariant(
            $"{what}: {process.WorkingSet64 / 1e6:0} MB; the runtime counts {used:0} of {memory.TotalAvailableMemoryBytes / 1e6:0}"));
    }
}
