namespace Grid.Torch.Kernels;

/// <summary>How weights.cu, or weights_halves.cu, is cut into tiles; the names are explained at the head of those files.</summary>
/// <param name="Terms">The number of products of halves, see <see cref="BlockTile"/>.</param>
/// <param name="Slabs">The number of sums that are taken apart and added in order. Fewer leave a small batch to a few blocks; with more, a
/// block sums too little.</param>
/// <param name="Unroll">The number of windows that a thread has in flight.</param>
readonly record struct WeightTile(
    int Lanes, int Parts, int Pitch, int Stride, int Blocks, int Slabs = 32, int Unroll = 2, int Terms = 0)
{
    // Tensor cores cut off what they add: a longer sum would be less exact than one of float32.
    const int LongestSum = 8;

    /// <summary>The tile for a block of c to o channels; null where none fits.</summary>
    /// <param name="memory">The bytes of shared memory that a block may have.</param>
    public static WeightTile? For(int c, int o, int height, int width, int memory, int terms)
    {
        // More threads have too few registers.
        if (terms > 0 && int.IsPow2(c) && int.IsPow2(o) && c >= 16 && o >= 32 && c * o <= 2048)
        {
            var halves = new WeightTile(0, 1, (width + 2 + 15) / 16 * 16, 0, 1, Unroll: 7, Terms: terms);
            var taken = halves.SharedMemory(c, o, height, width);
            if (taken <= memory) return halves with { Blocks = Math.Clamp(Math.Min(384 / halves.Threads(c, o), memory / taken), 1, 4) };
        }

        var lanes = c % 4 == 0 ? 4 : 1;
        var threads = o * (c / lanes);
        if (threads > 512) return null;
        // Measured on an H100, at 1, 16 and 64 networks as one.
        var parts = Math.Max(1, (lanes == 4 ? 128 : 256) / threads);
        var stride = lanes == 4 ? c + 4 : c;
        // Rows that begin in different banks: the places of a window's winners are two rows of two.
        var pitch = Enumerable.Range(width + 2, 4).FirstOrDefault(p => p * stride % 32 is 8 or 24, width + 2);
        var tile = new WeightTile(lanes, parts, pitch, stride, 1, Unroll: lanes == 4 ? 4 : 2);
        var shared = tile.SharedMemory(c, o, height, width);
        return shared > memory
            ? null
            : tile with { Blocks = Math.Clamp(Math.Min((lanes == 4 ? 640 : 512) / (threads * parts), memory / shared), 1, 5) };
    }

    public int Threads(int c, int o) => Terms > 0 ? 96 * (o / 32) * (c / 16) * Parts : o * (c / Lanes) * Parts;

    public int SharedMemory(int c, int o, int height, int width)
    {
        var (rows, threads) = (height / 2 * 2, Threads(c, o));
        return sizeof(float) * (Terms > 0
            ? Math.Max(((rows + 2) * Pitch + 8) * c + rows * Pitch * o + 4, threads * (Parts > 1 ? 48 : 8))
            : Math.Max(((height + 2) * Pitch * Stride + 3) / 4 * 4 + 2 * (height / 2) * (width / 2) * (o + 1), threads));
    }

    /// <summary>The number of images whose sums one block takes. It depends on the number of images alone, so that a network's sums do not
    /// depend on those trained beside it.</summary>
    public int Slab(int images) => Math.Clamp((images + Slabs - 1) / Slabs, 1, Terms > 0 ? LongestSum : int.MaxValue);

    public string File => Terms > 0 ? "weights_halves.cu" : "weights.cu";

    public Kernel Build(KernelLibrary library, int c, int o, int height, int width) => library.Build(
        File, "weights", Threads(c, o), SharedMemory(c, o, height, width), Sizes(c, o, height, width));

    public (string, int)[] Sizes(int c, int o, int height, int width) =>
    [
        ("C", c), ("O", o), ("H", height), ("W", width), ("PARTS", Parts), ("PITCH", Pitch), ("UNROLL", Unroll),
        ("THREADS", Threads(c, o)), ("BLOCKS", Blocks),
        .. Terms > 0 ? new[] { ("TERMS", Terms) } : [("LANES", Lanes), ("STRIDE", Stride)],
    ];
}
