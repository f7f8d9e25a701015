namespace Grid.Compute.Cpu.Convolution;

/// <summary>The sizes of a convolution of one image, unrolled a band of output rows at a time to bound memory.</summary>
readonly record struct ConvShape(int Channels, int Height, int Width, int OutChannels, int Kernel, int Padding)
{
    const int MostColumnFloats = 1 << 18;

    public int OutHeight => Height + 2 * Padding - Kernel + 1;

    public int OutWidth => Width + 2 * Padding - Kernel + 1;

    public int InputSize => Channels * Height * Width;

    public int OutputSize => OutChannels * OutHeight * OutWidth;

    /// <summary>Weights of one output channel: the rows of the unrolled image.</summary>
    public int Taps => Channels * Kernel * Kernel;

    public int BandHeight => Math.Clamp(MostColumnFloats / (Taps * OutWidth), 1, OutHeight);

    public int BandFloats => Taps * BandHeight * OutWidth;
}
