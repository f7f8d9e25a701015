namespace Grid.Torch.Kernels;

/// <summary>How weights.cu is cut: see its head for the names.</summary>
/// <param name="Slabs">Sums taken apart and added in order: fewer leave a small batch to a few blocks, more sum too little by a
/// block.</param>
/// <param name="Unroll">Windows that a thread has in flight.</param>
readonly record struct WeightTile(int Lanes, int Parts, int Pitch, int Stride, int Blocks, int Slabs = 32, int Unroll = 2)
{
    /// <summary>The tile for a block of c to o channels; null where none fits.</summary>
    /// <param name="memory">Bytes of shared memory that a block may have.</param>
    public static WeightTile? For(int c, int o, int height, int width, int memory)
    {
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
        return shared > memory ? null : tile with { Blocks = Math.Clamp(Math.Min((lanes == 4 ? 640 : 512) / (threads * parts), memory / shared), 1, 5) };
    }

    public int Threads(int c, int o) => o * (c / Lanes) * Parts;

    public int SharedMemory(int c, int o, int height, int width) => sizeof(float) * Math.Max(
        ((height + 2) * Pitch * Stride + 3) / 4 * 4 + 2 * (height / 2) * (width / 2) * (o + 1), Threads(c, o));

    /// <summary>Images whose sums are taken by one block: by their number alone, so that a network's sums do not depend on those trained
    /// beside it.</summary>
    public int Slab(int images) => Math.Max(1, (images + Slabs - 1) / Slabs);

    public Kernel Build(KernelLibrary library, int c, int o, int height, int width) => library.Build(
        "weights.cu", "weights", Threads(c, o), SharedMemory(c, o, height, width), Sizes(c, o, height, width));

    public (string, int)[] Sizes(int c, int o, int height, int width) =>
    [
        ("C", c), ("O", o), ("H", height), ("W", width), ("LANES", Lanes), ("PARTS", Parts), ("PITCH", Pitch), ("STRIDE", Stride),
        ("UNROLL", Unroll), ("THREADS", Threads(c, o)), ("BLOCKS", Blocks),
    ];
}
