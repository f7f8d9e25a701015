using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Grid.Contracts;
using Grid.Silo.Hosting;
using Grid.Silo.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Grid.Cluster;

/// <summary>Ten cells of one owner after the other: to an empty silo, then to one that has very many cells of another.</summary>
static class Owners
{
    const int Ten = 10, Times = 40;

    static readonly string[] Marks = ["first cell begins", "last cell begins", "last cell ends"];

    // The plan of the many is then ready, and slots have taken in advance what they take.
    static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    /// <param name="sizes">How many cells the other has, the milliseconds that every cell takes, slots, and cells in a group of the
    /// other.</param>
    public static async Task<int> Measure(string[] sizes)
    {
        if (sizes.Length != 4 || !sizes.All(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            Console.Error.WriteLine("Cluster owners CELLS MILLISECONDS SLOTS GROUP, as in: Cluster owners 1000000 100 2 1");
            return 2;
        }

        var (many, milliseconds, group) = (Number(0), Number(1), Number(3));
        Environment.SetEnvironmentVariable("Grid__Slots", sizes[2]);
        var ran = new ConcurrentBag<(double Began, double Ended)>();
        await using var silo = await SiloHost.Build([], services => services.AddSingleton<IExperiments>(new Waiting(milliseconds,
            (cell, _, began) =>
            {
                // What tells whose it is.
                if (cell.Attack.Name == "noise") ran.Add((Seconds(began), Seconds(Stopwatch.GetTimestamp())));
            })));
        await silo.StartAsync();
        var grains = silo.Services.GetRequiredService<IGrainFactory>();

        var alone = await TenTimes(0);
        await Submit("ada", "fgsm", group == 1 ? "0" : $"{{from: 0, to: 0.3, count: {group}}}", Text(many / group));
        while ((await grains.GetGrain<IGridGrain>(0).Sweeps()).All(s => s.Owner != "ada" || s.Done == 0)) await Task.Delay(100);
        await Task.Delay(Settled);
        var beside = await TenTimes(Times + 1);
        var left = (await grains.GetGrain<IGridGrain>(0).Sweeps()).Where(s => s.Owner == "ada").Sum(s => s.Cells - s.Done);
        await silo.StopAsync();
        Console.WriteLine(FormattableString.Invariant(
            $"ten cells of {milliseconds} ms on {sizes[2]} slots, {Times} times, beside {many} in groups of {group}, {left} of them left"));
        for (var i = 0; i < Marks.Length; i++)
        {
            var (a, b) = (alone.ConvertAll(t => t[i]), beside.ConvertAll(t => t[i]));
            Console.WriteLine(FormattableString.Invariant(
                $"{Marks[i],-18} alone {Text(a)}; beside {Text(b)}; later by {1000 * (b.Average() - a.Average()):0} ms in the mean"));
        }

        return 0;

        int Number(int place) => int.Parse(sizes[place], CultureInfo.InvariantCulture);

        async Task<List<double[]>> TenTimes(int first)
        {
            var took = new List<double[]>();
            // The first is not counted: much happens for the first time.
            for (var i = 0; i <= Times; i++)
            {
                ran.Clear();
                // The list of sweeps is read now and then: at any time of that.
                await Task.Delay(500 + 25 * i);
                var at = Seconds(Stopwatch.GetTimestamp());
                // Each time another, so that nobody has had anything before.
                await Submit($"bob-{first + i}", "noise", "0", $"[{string.Join(", ", Enumerable.Range((first + i) * Ten, Ten))}]");
                while (ran.Count < Ten) await Task.Delay(5);
                if (i > 0) took.Add([ran.Min(r => r.Began) - at, ran.Max(r => r.Began) - at, ran.Max(r => r.Ended) - at]);
            }

            return took;
        }

        async Task Submit(string owner, string attack, string strength, string seeds)
        {
            Caller.Is(owner);
            // No cell may be known from an earlier run.
            var epochs = 1 + Environment.ProcessId % 100_000;
            await grains.GetGrain<IGridGrain>(0).Submit($"{owner}.yaml",
                $"{{name: {owner}, dataset: digits, model: softmax, training: {{epochs: {epochs}}}, attack: {attack}, "
                + $"strength: {strength}, order: sequential, seeds: {seeds}}}");
        }
    }

    static double Seconds(long timestamp) => (double)timestamp / Stopwatch.Frequency;

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    static string Text(List<double> seconds) =>
        FormattableString.Invariant($"{1000 * seconds.Average():0} ms ({1000 * seconds.Min():0} to {1000 * seconds.Max():0})");
}
