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
            new(3, 1, 16, 20, 2), new(3, 1, 16, 16, 2), new(3, 1, 16, 20, 3), new(3, 1, 8, 16, 3), new(3, 2, 16, 16, 2), new(3, 2, 8, 16, 2),
            new(0, 2, 16, 16, 2, 2, 8), new(0, 2, 8, 16, 2, 2, 8), new(0, 2, 8, 16, 4, 1, 16), new(0, 1, 16, 16, 4, 1, 16), new(0, 4, 8, 16, 1, 2, 8), new(0, 4, 8, 16, 2, 2, 16),
        ]),
        (new(true, 32, 16, 14, 14),
        [
            new(3, 1, 16, 16, 3), new(3, 1, 8, 16, 3), new(3, 1, 32, 16, 2), new(3, 2, 8, 16, 2), new(3, 1, 16, 20, 3), new(3, 1, 16, 16, 4),
            new(0, 2, 8, 16, 3, 2, 8), new(0, 2, 8, 16, 4, 2, 16), new(0, 4, 8, 16, 2, 2, 8), new(0, 1, 16, 16, 4, 1, 16), new(0, 2, 8, 16, 4, 1, 16),
        ]),
        (new(false, 1, 16, 28, 28), [new(0, 1, 1, 30, 3, 1, 16), new(0, 1, 1, 30, 3, 1, 8), new(0, 2, 1, 30, 2, 2, 8), new(0, 1, 1, 30, 2, 1, 4), new(0, 1, 1, 30, 4, 1, 16)]),
        (new(true, 16, 1, 28, 28), [new(0, 2, 8, 30, 3, 2), new(0, 1, 16, 30, 2), new(0, 2, 4, 30, 4, 2), new(0, 4, 4, 30, 3, 4), new(0, 4, 4, 30, 2, 2), new(0, 1, 8, 30, 4)]),
    ];

    public static void Time(TorchDevice device)
    {
        var library = device.KernelLibrary ?? throw new InvalidOperationException($"{device.Name} has no kernels.");
        library.Prepare([.. Choices.SelectMany(c => c.Tiles.Select(t => ("block.cu", t.Sizes(c.Shape))))]);
        foreach (var (shape, tiles) in Choices)
        {
            foreach (var tile in tiles)
            {
                try
                {
                    var kernel = tile.Build(library, shape);
                    var times = new[] { (64, 128), (1, 128), (16, 512) }.Select(size => Microseconds(device, shape, kernel, tile, size.Item1, size.Item2));
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shape} {tile}: {string.Join(", ", times.Select(t => $"{t:F0}"))} us, {kernel.Resident / library.Driver.Processors} blocks"));
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
        var (x, y) = (Pieces.Noise(device, [shape.From, shape.Backward ? pooled : whole]), Pieces.Noise(device, [shape.To, shape.Backward ? whole : pooled]));
        // Winners are bytes: those of zeros are the first position.
        var winners = device.Zeros([(Math.Max(shape.From, shape.To) * pooled / 4) + 1]);
        var (weight, bias) = (Pieces.Noise(device, [r * shape.From * shape.To * 9]), device.Zeros([r * shape.To]));
        var arguments = new Arguments().Add(device.At(x)).Add(device.At(weight)).Add(device.At(bias)).Add(device.At(y)).Add(device.At(winners)).Add(n);
        return Pieces.Microseconds(device, () => BlockKernels.Launch((kernel, tile.Images), r, n, arguments));
    }
}
