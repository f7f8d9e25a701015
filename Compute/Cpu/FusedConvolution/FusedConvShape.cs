namespace Grid.Compute.Cpu.FusedConvolution;

/// <summary>
/// The sizes of a fused block: [Channels, Height, Width] in, [OutChannels, PooledHeight, PooledWidth] out, for one image.
/// </summary>
readonly record struct FusedConvShape(int Channels, int Height, int Width, int OutChannels)
{
    public int PooledHeight => Height / 2;

    public int PooledWidth => Width / 2;

    public int Windows => PooledHeight * PooledWidth;

    /// <summary>The number of output channels in the device's own layouts: a multiple of every vector width.</summary>
    public int PaddedOut => (OutChannels + 15) & ~15;

    public int PaddedChannels => (Channels + 15) & ~15;

    /// <summary>The number of floats in one row of the image with a border of zeros all round.</summary>
    public int BorderedWidth => Width + 2;

    public int BorderedPlane => (Height + 2) * BorderedWidth;

    /// <summary>The number of floats of all planes with their borders, and of the vector that copying them may write too much.</summary>
    public int BorderedFloats => ((Channels * BorderedPlane + 15) & ~15) + 16;

    /// <summary>The number of floats of the bordered image with channels last, for vectors of channels.</summary>
    public int ChannelsLastFloats => BorderedPlane * PaddedChannels;

    /// <summary>Whether a vector is a patch of pixels, see <see cref="WindowPatches"/>, as with few input channels; else it is a vector of
    /// channels.</summary>
    public bool ByPatch => Channels <= WindowPatches.MostChannels;

    public int InputSize => Channels * Height * Width;

    public int OutputSize => OutChannels * Windows;
}
