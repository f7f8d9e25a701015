using System.Diagnostics;
using Grid.Compute;

namespace Grid.Workloads;

/// <summary>What an epoch of ResNet-20 is made of: each operator alone at the sizes of its three stages, batch 128: a
/// convolution forward, to its input and to its weight, batch norm forward and back.</summary>
static class Parts
{
    public static string Run()
    {
        var device = Mnist.Device;
        using var scope = device.Scope();
        var lines = new List<string>();
        foreach (var (channels, side) in new[] { (16, 32), (32, 16), (64, 8) })
        {
            Shape shape = [128, channels, side, side], weights = [channels, channels, 3, 3];
            var (x, g, w) = (device.Full(shape, 0.5f), device.Full(shape, 0.25f), device.Full(weights, 0.1f));
            var (scale, window) = (device.Full([channels], 1), new Window(3).WithPadding(1));
            var statistics = device.BatchNorm(x, scale, scale, 1e-5f).Statistics;
            var work = 2e-9 * shape.Count * channels * 9;
            var (forward, toInput, toWeight) = (
                work / Seconds(() => device.Conv(x, w, window)), work / Seconds(() => device.ConvInputGradient(g, w, window, 1, shape)),
                work / Seconds(() => device.ConvWeightGradient(g, x, window, 1, weights)));
            var (norm, back) = (
                1e3 * Seconds(() => device.BatchNorm(x, scale, scale, 1e-5f)),
                1e3 * Seconds(() => device.BatchNormGradient(g, x, scale, statistics, 1e-5f)));
            lines.Add(FormattableString.Invariant(
                $"{channels} of {side} x {side}: {forward:F0}, {toInput:F0}, {toWeight:F0} GFLOP/s, batch norm {norm:F2}, {back:F2} ms"));
        }

        return string.Join("; ", lines);

        double Seconds(Action part)
        {
            using var inner = device.Scope();
            part();
            var (watch, cpu, times) = (Stopwatch.StartNew(), Timing.Cpu(), 0);
            while (watch.Elapsed.TotalSeconds < 0.3)
            {
                using var each = device.Scope();
                part();
                times++;
            }

            return (Timing.Cpu() - cpu) / times;
        }
    }
}
