using System.Diagnostics;
using System.Globalization;

namespace Grid.Workloads;

/// <summary>
/// One timed run, as one line of JSON: CPU seconds (user and system, all threads), wall seconds, bytes allocated by this thread.
/// </summary>
static class Timing
{
    const double Shortest = 0.3;

    /// <summary>Short work is repeated until it can be timed; figures are of one repetition.</summary>
    public static void Run(Func<string> work)
    {
        var (cpu, watch, bytes) = (Cpu(), Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        var note = "";
        var times = 0;
        do
        {
            note = work();
            times++;
        }
        while (watch.Elapsed.TotalSeconds < Shortest);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"cpu": {{(Cpu() - cpu) / times:R}}, "wall": {{watch.Elapsed.TotalSeconds / times:R}}, """
            + $$""" "bytes": {{(GC.GetAllocatedBytesForCurrentThread() - bytes) / times}}, "note": "{{note}}"}"""));
    }

    public static double Cpu() => Environment.CpuUsage.TotalTime.TotalSeconds;
}
