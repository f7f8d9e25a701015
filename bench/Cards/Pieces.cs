using System.Diagnostics;
using System.Globalization;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Torch;
using Grid.Torch.Kernels;

namespace Grid.Workloads;

/// <summary>What each operator of a training step of cnn takes, of 64 networks with 128 images and of one; and on demand of every tile that
/// may be chosen.</summary>
static class Pieces
{
    const int Times = 20;

    public static void Time(Device device, bool tiles)
    {
        foreach (var (r, n) in new[] { (64, 128), (1, 128), (16, 512) })
        {
            using var scope = device.Scope();
            foreach (var (name, c, o, side) in new[] { ("first block", 1, 16, 28), ("second block", 16, 32, 14) })
            {
                var (x, w, b) = (Noise(device, [r, n, c, side, side]), Noise(device, [r, o, c, 3, 3]), Noise(device, [r, o]));
                var (y, winners) = device.ConvReluPool(x, w, b);
                var g = Noise(device, y.Shape);
                Say(r, n, $"{name}, forward", device, () => device.ConvReluPool(x, w, b));
                Say(r, n, $"{name}, gradient by input", device, () => device.ConvReluPoolInputGradient(g, winners, w, x.Shape));
                Say(r, n, $"{name}, gradient by weight", device, () => device.ConvReluPoolWeightGradient(g, winners, x, w.Shape));
            }

            var (flat, dense, hidden) = (Noise(device, [r, n, 1568]), Noise(device, [r, 128, 1568]), Noise(device, [r, n, 128]));
            Say(r, n, "dense product", device, () => device.MatMul(flat, dense, transposeB: true));
            Say(r, n, "dense gradient by weight", device, () => device.MatMul(hidden, flat, transposeA: true));
            Say(r, n, "dense gradient by input", device, () => device.MatMul(hidden, dense));
            var (images, labels) = (Noise(device, [r * n, 784]), device.Zeros([r * n]));
            var logits = Noise(device, [r * n, 10]);
            Say(r, n, "cross-entropy and gradient", device,
                () => device.CrossEntropyGradient(device.CrossEntropy(logits, labels), logits, labels));
            Say(r, n, "step of an attack", device, () => device.AscendInto(images, images, labels, images, images));
            Say(r, n, "cross-entropy with its gradient", device, () => device.WeightedCrossEntropy(logits, labels, 1));
            var (counts, radius) = (device.Full([r * n], 40), device.Full([r * n], 12));
            Say(r, n, "largest entries of a row", device, () => device.KeepLargest(images, counts, signs: true));
            Say(r, n, "projection in L1", device, () => device.ProjectTaxicab(images, radius, device.Full(images.Shape, 0.5f)));
            Tensor[] parameters = [.. new Shape[] { [r, 16, 9], [r, 16], [r, 32, 144], [r, 32], [r, 128, 1568], [r, 128], [r, 10, 128],
                [r, 10] }.Select(s => Noise(device, s))];
            Say(r, n, "Adam", device,
                () => device.AdamInto(parameters, parameters, parameters, parameters, 1, new(1e-3f, 0.9f, 0.999f, 1e-8f)));
        }

        if (tiles) Tiles.Time((TorchDevice)device);
    }

    public static Tensor Noise(Device device, Shape shape)
    {
        var values = new float[Math.Min(shape.Count, 1 << 16)];
        new PhiloxStream(1, "pieces").Fill(values, -1, 1);
        return device.Upload(shape, (i, row) =>
        {
            for (var j = 0; j < row.Length; j++) row[j] = values[(i * 31 + j) % values.Length];
        });
    }

    static void Say(int r, int n, string what, Device device, Action work) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{r} x {n} {what}: {Microseconds(device, work):F0} us"));

    public static double Microseconds(Device device, Action work)
    {
        using var scope = device.Scope();
        var look = device.Zeros([1]);
        for (var i = 0; i < 3; i++) Once();
        look.ToArray();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Times; i++) Once();
        look.ToArray();
        return watch.Elapsed.TotalMicroseconds / Times;

        void Once()
        {
            using var inner = device.Scope();
            work();
        }
    }
}
