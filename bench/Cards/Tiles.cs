using System.Globalization;
using Grid.Compute;
using Grid.Torch;
using Grid.Torch.Kernels;

namespace Grid.Workloads;

/// <summary>Times tiles beside one another, for whoever fills the table in BlockTile.</summary>
static class Tiles
{
    static readonly (BlockShape Shape, BlockTile[] Tiles)[] Choices =
    [
        (new(false, 16, 32, 14, 14),
        [
            new(3, 1, 16, 16, 2, Ahead: true), new(3, 1, 16, 16, 2), new(3, 1, 16, 16, 3), new(3, 2, 16, 16, 1), new(1, 1, 16, 16, 2),
        ]),
        (new(true, 32, 16, 14, 14),
        [
            new(3, 1, 32, 16, 4), new(3, 1, 32, 16, 3, Ahead: true), new(3, 1, 32, 16, 2, Ahead: true),
            new(3, 1, 16, 16, 3), new(1, 1, 32, 16, 4),
        ]),
        (new(false, 1, 16, 28, 28),
            [new(0, 1, 1, 30, 3, 1, 16), new(0, 1, 1, 30, 2, 1, 16), new(0, 1, 1, 32, 3, 1, 16), new(0, 2, 1, 30, 1, 1, 16),
                new(0, 2, 1, 30, 2, 1, 16)]),
        (new(true, 16, 1, 28, 28),
            [new(0, 1, 8, 30, 4), new(0, 1, 4, 30, 4), new(0, 1, 8, 30, 5), new(0, 1, 4, 30, 6), new(0, 1, 2, 30, 6), new(0, 1, 8, 32, 4),
                new(0, 2, 2, 30, 4, 2)]),
    ];

    static readonly ((int C, int O, int H, int W) Shape, WeightTile[] Tiles)[] WeightChoices =
    [
        ((16, 32, 14, 14),
        [
            new(4, 1, 18, 20, 5, 32, 4), new(0, 1, 16, 0, 4, Unroll: 7, Terms: 3), new(0, 1, 16, 0, 4, Unroll: 2, Terms: 3),
            new(0, 2, 16, 0, 2, Unroll: 7, Terms: 3),
            new(0, 1, 16, 0, 4, 16, 7, 3), new(0, 1, 16, 0, 4, Unroll: 7, Terms: 1),
        ]),
        ((1, 16, 28, 28),
        [
            new(1, 8, 30, 1, 4), new(1, 8, 30, 1, 4, 16), new(1, 8, 30, 1, 4, 64), new(1, 8, 30, 1, 6), new(1, 8, 30, 1, 3),
            new(1, 16, 30, 1, 2), new(1, 16, 30, 1, 4),
            new(1, 8, 30, 1, 4, 32, 4), new(1, 8, 30, 1, 4, 32, 1), new(1, 4, 30, 1, 6),
        ]),
    ];

    static void TimeWeights(TorchDevice device, KernelLibrary library)
    {
        library.Prepare(
            [.. WeightChoices.SelectMany(c => c.Tiles.Select(t => (t.File, t.Sizes(c.Shape.C, c.Shape.O, c.Shape.H, c.Shape.W))))]);
        var addSlabs = library.Build("rows.cu", "add_slabs", 256);
        foreach (var (shape, tiles) in WeightChoices)
        {
            foreach (var tile in tiles)
            {
                try
                {
                    var kernel = tile.Build(library, shape.C, shape.O, shape.H, shape.W);
                    var times = new[] { (64, 128), (1, 128), (16, 512), (16, 128) }.Select(size => Microseconds(size.Item1, size.Item2));
                    Console.WriteLine(
                        $"{shape} {tile}: {string.Join(", ", times.Select(t => t.ToString("F0", CultureInfo.InvariantCulture)))} us, "
                        + $"{kernel.Resident / library.Driver.Processors} blocks");

                    double Microseconds(int r, int n)
                    {
                        using var scope = device.Scope();
                        var windows = shape.H / 2 * (shape.W / 2);
                        var (x, g) =
                            (Pieces.Noise(device, [r * n, shape.C * shape.H * shape.W]), Pieces.Noise(device, [r * n, shape.O * windows]));
                        var winners = device.Zeros([(r * n * shape.O * windows / 4) + 1]);
                        var (slab, own) = (tile.Slab(n), shape.O * shape.C * 9);
                        var slabs = (n + slab - 1) / slab;
                        var (sums, byWeight, byBias) =
                            (device.Zeros([r * slabs * (own + shape.O)]), device.Zeros([r * own]), device.Zeros([r * shape.O]));
                        var first = new KernelArguments()
                            .Add(device.At(g))
                            .Add(device.At(winners))
                            .Add(device.At(x))
                            .Add(device.At(sums))
                            .Add(n)
                            .Add(slab);
                        var second = new KernelArguments()
                            .Add(device.At(sums))
                            .Add(device.At(byWeight))
                            .Add(device.At(byBias))
                            .Add(slabs)
                            .Add(own)
                            .Add(shape.O);
                        return Pieces.Microseconds(device, () =>
                        {
                            kernel.Launch(slabs, r, first);
                            addSlabs.Launch((own + shape.O + 255) / 256, r, second);
                        });
                    }
                }
                catch (KernelException e)
                {
                    Console.WriteLine($"{shape} {tile}: {e.Message.Split('\n')[0]}");
                }
            }
        }
    }

    public static void Time(TorchDevice device)
    {
        var library = device.KernelLibrary ?? throw new InvalidOperationException($"{device.Name} has no kernels.");
        TimeWeights(device, library);
        library.Prepare([.. Choices.SelectMany(c => c.Tiles.Select(t => (t.File, t.Sizes(c.Shape))))]);
        foreach (var (shape, tiles) in Choices)
        {
            foreach (var tile in tiles)
            {
                try
                {
                    var kernel = tile.Build(library, shape);
                    var times = new[] { (64, 128), (1, 128), (16, 512) }
                        .Select(size => Microseconds(device, shape, kernel, tile, size.Item1, size.Item2));
                    Console.WriteLine(
                        $"{shape} {tile}: {string.Join(", ", times.Select(t => t.ToString("F0", CultureInfo.InvariantCulture)))} us, "
                        + $"{kernel.Resident / library.Driver.Processors} blocks");
                }
                catch (KernelException e)
                {
                    Console.WriteLine($"{shape} {tile}: {e.Message.Split('\n')[0]}");
                }
            }
        }
    }

    static double Microseconds(TorchDevice device, BlockShape shape, Kernel kernel, BlockTile tile, int r, int n)
    {
        using var scope = device.Scope();
        var (pooled, whole) = (r * n * (shape.Height / 2) * (shape.Width / 2), r * n * shape.Height * shape.Width);
        var (x, y) = (Pieces.Noise(device, [shape.From, shape.Backward ? pooled : whole]),
            Pieces.Noise(device, [shape.To, shape.Backward ? whole : pooled]));
        // Winners are bytes: those of zeros are the first position.
        var winners = device.Zeros([(Math.Max(shape.From, shape.To) * pooled / 4) + 1]);
        var (weight, bias) = (Pieces.Noise(device, [r * shape.From * shape.To * 9]), device.Zeros([r * shape.To]));
        var arguments = new KernelArguments()
            .Add(device.At(x))
            .Add(device.At(weight))
            .Add(device.At(bias))
            .Add(device.At(y))
            .Add(device.At(winners))
            .Add(n);
        return Pieces.Microseconds(device, () => BlockKernels.Launch((kernel, tile.Images), r, n, arguments));
    }
}
