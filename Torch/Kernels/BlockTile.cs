namespace Grid.Torch.Kernels;

/// <summary>What a kernel of the fused block computes: forward, or backward the gradient by the input.</summary>
/// <param name="From">Channels read.</param>
/// <param name="To">Channels written.</param>
/// <param name="Height">Of the block's input.</param>
/// <param name="Width">Of the block's input.</param>
readonly record struct BlockShape(bool Backward, int From, int To, int Height, int Width)
{
    // Backward, odd borders are written too.
    public int WindowRows => (Height + (Backward ? 1 : 0)) / 2;

    public int WindowColumns => (Width + (Backward ? 1 : 0)) / 2;

    public int Windows => WindowRows * WindowColumns;
}

/// <summary>How block.cu is cut: see its head for the names.</summary>
/// <param name="Tensor">3: float32 by tensor cores; 1: TF32; 0: without them.</param>
readonly record struct BlockTile(int Tensor, int Images, int Staged, int Pitch, int Blocks, int Per = 1, int Channels = 1)
{
    // An H100's best of 79 (2026-11-27). Chosen by shape, never by timing while something runs: results would not repeat.
    static readonly Dictionary<(BlockShape, int Tensor), BlockTile> Measured = new()
    {
        [(new(false, 1, 16, 28, 28), 0)] = new(0, Images: 1, Staged: 1, Pitch: 30, Blocks: 3, Channels: 16),
        [(new(true, 16, 1, 28, 28), 0)] = new(0, Images: 1, Staged: 8, Pitch: 30, Blocks: 4),
        [(new(false, 16, 32, 14, 14), 0)] = new(0, Images: 2, Staged: 16, Pitch: 16, Blocks: 2, Per: 2, Channels: 8),
        [(new(true, 32, 16, 14, 14), 0)] = new(0, Images: 2, Staged: 8, Pitch: 16, Blocks: 3, Per: 2, Channels: 8),
        [(new(false, 16, 32, 14, 14), 3)] = new(3, Images: 1, Staged: 16, Pitch: 16, Blocks: 2),
        [(new(true, 32, 16, 14, 14), 3)] = new(3, Images: 1, Staged: 32, Pitch: 16, Blocks: 2),
    };

    const int Registers = 65536;

    /// <summary>The tile for a shape on a card; null where none fits.</summary>
    /// <param name="tensor">What tensor cores may be used for; shapes that they do not take are done without.</param>
    /// <param name="memory">Bytes of shared memory that a block may have.</param>
    public static BlockTile? For(BlockShape shape, int tensor, int memory)
    {
        var possible = shape.From % 8 == 0 && shape.To % 8 == 0 && shape.To <= 64 ? tensor : 0;
        if (Measured.TryGetValue((shape, possible), out var measured) && measured.SharedMemory(shape) <= memory) return measured;
        return Cut(shape, possible, memory) ?? (possible > 0 ? Cut(shape, 0, memory) : null);
    }

    /// <summary>By rule: some 256 threads, so many channels staged that two blocks have room beside each other, no more registers than
    /// there are.</summary>
    static BlockTile? Cut(BlockShape shape, int tensor, int memory)
    {
        var (windows, step) = (shape.Windows, tensor > 0 ? 8 : 1);
        var channels = 16;
        while (shape.To % channels != 0) channels /= 2;
        var images = tensor > 0 ? Math.Clamp(64 / windows, 1, 16) : Math.Clamp(256 / (windows * (shape.To / channels)), 1, 16);
        foreach (var room in new[] { memory / 2 - 1024, memory })
        {
            for (var staged = shape.From; staged >= step; staged--)
            {
                if (shape.From % staged != 0 || staged % step != 0) continue;
                var tile = new BlockTile(tensor, images, staged, 2 * shape.WindowColumns + 2, 1, 1, channels);
                var (threads, shared) = (tile.Threads(shape), tile.SharedMemory(shape));
                var registers = tensor > 0 ? shape.To + 96 : 4 * channels + 72;
                if (shared > room || threads > 1024 || threads * registers > Registers) continue;
                return tile with { Blocks = Math.Clamp(Math.Min(Registers / (threads * registers), memory / shared), 1, 4) };
            }
        }

        return null;
    }

    public int Threads(BlockShape shape) => 32 * (Tensor > 0
        ? (Images * shape.Windows + 7) / 8
        : (Images / Per * shape.Windows * (shape.To / Channels) + 31) / 32);

    public int SharedMemory(BlockShape shape) => sizeof(float) * (
        Images * Staged * (2 * shape.WindowRows + 2) * Pitch + shape.From * 9 * (Tensor > 0 ? 2 * shape.To : shape.To % 4 == 0 ? shape.To + 4 : shape.To));

    public Kernel Build(KernelLibrary library, BlockShape shape) => library.Build(
        "block.cu", "block", Threads(shape), SharedMemory(shape), Sizes(shape));

    public (string, int)[] Sizes(BlockShape shape) =>
    [
        ("BACKWARD", shape.Backward ? 1 : 0), ("FROM", shape.From), ("TO", shape.To), ("H", shape.Height), ("W", shape.Width), ("TENSOR", Tensor),
        ("IMAGES", Images), ("STAGED", Staged), ("PITCH", Pitch), ("THREADS", Threads(shape)), ("BLOCKS", Blocks), ("PER", Per), ("CHANNELS", Channels),
    ];
}
