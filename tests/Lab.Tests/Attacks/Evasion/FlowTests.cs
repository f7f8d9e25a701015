using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks.Perturbations;

namespace Grid.Lab.Tests.Attacks.Evasion;

public sealed class FlowTests : IDisposable
{
    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_margin_is_the_labels_logit_above_the_best_other_and_its_gradient_is_one_up_one_down()
    {
        using var scope = _device.Scope();
        var tape = new Tape(_device);
        var logits = Tape.Watch(_device.Upload([1, 5, 2, 4, -3, -1, -2, -9], [2, 4]));
        var margin = tape.Margin(logits, _device.Upload([1, 0], [2]));
        Assert.Equal([1, -2], margin.Value.ToArray());
        Assert.Equal([0, 1, 0, -1, 1, -1, 0, 0], tape.Gradient(margin, logits).ToArray());
    }

    [Fact]
    public void Total_variation_counts_every_pair_of_neighbours_once()
    {
        using var scope = _device.Scope();
        const int H = 3, W = 4;
        float[] flow = [.. Enumerable.Range(0, 2 * 2 * H * W).Select(i => MathF.Sin(i * i))];
        var tape = new Tape(_device);
        var f = Tape.Watch(_device.Upload(flow, [2, 2, H, W]));
        var variation = new FlowVariation(_device, 2, H, W, 1e-12f).Of(tape, f);
        var gradient = tape.Gradient(variation, f).ToArray();
        var values = variation.Value.ToArray();
        var wide = Array.ConvertAll(flow, v => (double)v);
        for (var image = 0; image < 2; image++) Assert.Equal(Naive(image), values[image], 1e-4);
        for (var i = 0; i < flow.Length; i++)
        {
            var at = wide[i];
            wide[i] = at + 1e-5;
            var above = Naive(0) + Naive(1);
            wide[i] = at - 1e-5;
            Assert.Equal((above - Naive(0) - Naive(1)) / 2e-5, gradient[i], 1e-3);
            wide[i] = at;
        }

        double Naive(int image)
        {
            var sum = 0.0;
            for (var i = 0; i < H * W; i++)
            {
                var (y, x) = (i / W, i % W);
                foreach (var (ny, nx) in new[] { (y + 1, x), (y, x + 1) })
                {
                    if (ny == H || nx == W) continue;
                    double Difference(int axis) => wide[(image * 2 + axis) * H * W + i] - wide[(image * 2 + axis) * H * W + ny * W + nx];
                    sum += Math.Sqrt(Difference(0) * Difference(0) + Difference(1) * Difference(1));
                }
            }

            return sum;
        }
    }
}
