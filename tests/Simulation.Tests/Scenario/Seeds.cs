using System.Diagnostics;

namespace Grid.Simulation.Tests;

/// <summary>Many simulations, side by side.</summary>
static class Seeds
{
    /// <summary>Fails with the lowest seed under which something broke.</summary>
    public static void Hold(ulong first, long count, Scenario scenario, ITestOutputHelper output)
    {
        var watch = Stopwatch.StartNew();
        var (steps, broken) = (0L, new List<Outcome>());
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (i, loop) =>
        {
            var outcome = Simulation.Run(first + (ulong)i, scenario);
            Interlocked.Add(ref steps, outcome.Steps);
            if (outcome.Broken.Count == 0) return;
            lock (broken) broken.Add(outcome);
            if (broken.Count >= 30) loop.Stop();
        });
        output.WriteLine($"{count} seeds from {first}, {steps} steps, {watch.Elapsed.TotalSeconds:0.0} s");
        if (broken.Count > 0) Assert.Fail(string.Join("\n\n", broken.OrderBy(o => o.Seed).Take(12).Select(o => o.Report)));
    }
}
