namespace Grid.Torch.Kernels;

/// <summary>What a kernel of the fused block computes: forward, or backward the gradient by the input.</summary>
/// <param name="From">The number of channels that are read.</param>
/// <param name="To">The number of channels that are written.</param>
/// <param name="Height">The number of rows of the block's input.</param>
/// <param name="Width">The number of columns of the block's input.</param>
readonly record struct BlockShape(bool Backward, int From, int To, int Height, int Width)
{
    // Backward, odd borders are written too.
    public int WindowRows => (Height + (Backward ? 1 : 0)) / 2;

    public int WindowColumns => (Width + (Backward ? 1 : 0)) / 2;

    public int Windows => WindowRows * WindowColumns;
}

/// <summary>How block.cu, or block_halves.cu, is cut into tiles; the names are explained at the head of those files.</summary>
/// <param name="Terms">The number of products of halves that make one of float32 on tensor cores: 3, or 1, which is as exact as TF32. 0
/// does without tensor cores.</param>
readonly record struct BlockTile(
    int Terms, int Images, int Staged, int Pitch, int Blocks, int Per = 1, int Channels = 1, bool Ahead = false)
{
    // An H100's best (2026-11-28). Chosen by shape, never by timing while something runs: results would not repeat.
    static readonly Dictionary<(BlockShape, bool Halves), BlockTile> Measured = new()
    {
        [(new(false, 1, 16, 28, 28), false)] = new(0, Images: 1, Staged: 1, Pitch: 30, Blocks: 3, Channels: 16),
        [(new(true, 16, 1, 28, 28), false)] = new(0, Images: 1, Staged: 8, Pitch: 30, Blocks: 4),
        [(new(false, 16, 32, 14, 14), false)] = new(0, Images: 2, Staged: 16, Pitch: 16, Blocks: 2, Per: 2, Channels: 8),
        [(new(true, 32, 16, 14, 14), false)] = new(0, Images: 2, Staged: 8, Pitch: 16, Blocks: 3, Per: 2, Channels: 8),
        [(new(false, 16, 32, 14, 14), true)] = new(3, Images: 1, Staged: 16, Pitch: 16, Blocks: 2, Ahead: true),
        [(new(true, 32, 16, 14, 14), true)] = new(3, Images: 1, Staged: 32, Pitch: 16, Blocks: 4),
    };

    const int Registers = 65536;

    /// <summary>The tile for a shape on a card; null where none fits.</summary>
    /// <param name="terms">The terms that are wanted; a shape that tensor cores do not take gets 0.</param>
    /// <param name="memory">The bytes of shared memory that a block may have.</param>
    public static BlockTile? For(BlockShape shape, int terms, int memory)
    {
        var possible = shape.From % 16 == 0 && shape.To % 16 == 0 && shape.To <= 64 ? terms : 0;
        if (Measured.TryGetValue((shape, possible > 0), out var measured) && measured.SharedMemory(shape) <= memory)
            return measured with { Terms = possible };
        return Cut(shape, possible, memory) ?? (possible > 0 ? Cut(shape, 0, memory) : null);
    }

    /// <summary>Cuts a tile by rule: some 256 threads, as many channels staged as leave room for two blocks beside each other, and no more
    /// registers than there are.</summary>
    static BlockTile? Cut(BlockShape shape, int terms, int memory)
    {
        var (windows, step) = (shape.Windows, terms > 0 ? 16 : 1);
        var channels = 16;
        while (shape.To % channels != 0) channels /= 2;
        var images = terms > 0 ? Math.Clamp(64 / windows, 1, 16) : Math.Clamp(256 / (windows * (shape.To / channels)), 1, 16);
        foreach (var room in new[] { memory / 2 - 1024, memory })
        {
            // A thread holds what it stages in registers on the way to shared memory.
            for (var staged = terms > 0 ? Math.Min(shape.From, 32) : shape.From; staged >= step; staged--)
            {
                if (shape.From % staged != 0 || staged % step != 0) continue;
                var tile = new BlockTile(terms, images, staged, 2 * shape.WindowColumns + 2, 1, 1, channels);
                var (threads, shared) = (tile.Threads(shape), tile.SharedMemory(shape));
                var registers = terms > 0 ? shape.To * 3 / 2 + 80 : 4 * channels + 72;
                if (shared > room || threads > 1024 || threads * registers > Registers) continue;
                return tile with { Blocks = Math.Clamp(Math.Min(Registers / (threads * registers), memory / shared), 1, 4) };
            }
        }

        return null;
    }

    public int Threads(BlockShape shape) => 32 * (Terms > 0
        ? (Images * shape.Windows + 7) / 8
        : (Images / Per * shape.Windows * (shape.To / Channels) + 31) / 32);

    public int SharedMemory(BlockShape shape) => sizeof(float) * (Images * Staged * (2 * shape.WindowRows + 2) * Pitch + (Terms > 0
        ? shape.From * 9 * shape.To + 1 + 2 * Images
        : shape.From * 9 * (shape.To % 4 == 0 ? shape.To + 4 : shape.To)));

    public string File => Terms > 0 ? "block_halves.cu" : "block.cu";

    public Kernel Build(KernelLibrary library, BlockShape shape) =>
        library.Build(File, "block", Threads(shape), SharedMemory(shape), Sizes(shape));

    public (string, int)[] Sizes(BlockShape shape) =>
    [
        ("BACKWARD", shape.Backward ? 1 : 0), ("FROM", shape.From), ("TO", shape.To), ("H", shape.Height), ("W", shape.Width),
        ("IMAGES", Images), ("STAGED", Staged), ("PITCH", Pitch), ("THREADS", Threads(shape)), ("BLOCKS", Blocks),
        .. Terms > 0 ? new[] { ("TERMS", Terms), ("AHEAD", Ahead ? 1 : 0) } : [("PER", Per), ("CHANNELS", Channels)],
    ];
}
