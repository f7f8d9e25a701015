namespace Grid.Compute.Cpu;

/// <summary>The sizes of a fused block: [Channels, Height, Width] in, [OutChannels, PooledHeight, PooledWidth] out, for one image.</summary>
readonly record struct FusedConvShape(int Channels, int Height, int Width, int OutChannels)
{
    public int PooledHeight => Height / 2;

    public int PooledWidth => Width / 2;

    public int Windows => PooledHeight * PooledWidth;

    /// <summary>Output channels in the device's own layouts: a multiple of every vector width.</summary>
    public int PaddedOut => (OutChannels + 15) & ~15;

    public int PaddedChannels => (Channels + 15) & ~15;

    /// <summary>Floats of one row of the image with a border of zeros all round.</summary>
    public int BorderedWidth => Width + 2;

    public int BorderedPlane => (Height + 2) * BorderedWidth;

    public int InputSize => Channels * Height * Width;

    public int OutputSize => OutChannels * Windows;
}
