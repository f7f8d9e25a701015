namespace Grid.Compute.Cpu.Convolution;

/// <summary>The sizes of a convolution of one image, unrolled a band of output rows at a time to bound memory.</summary>
readonly record struct ConvShape(int Channels, int Height, int Width, int OutChannels, Window Window, int Groups = 1)
{
    const int MostColumnFloats = 1 << 18;

    public int OutHeight { get; } = Window.OutHeight(Height);

    public int OutWidth { get; } = Window.OutWidth(Width);

    public int InputSize => Channels * Height * Width;

    public int OutputSize => OutChannels * OutHeight * OutWidth;

    /// <summary>The number of input channels of one group.</summary>
    public int GroupChannels => Channels / Groups;

    public int GroupOutChannels => OutChannels / Groups;

    /// <summary>Weights of one output channel: the rows of a group's unrolled channels.</summary>
    public int Taps => GroupChannels * Window.Cells;

    public int BandHeight => Math.Clamp(MostColumnFloats / (Taps * OutWidth), 1, OutHeight);

    public int BandFloats => Taps * BandHeight * OutWidth;
}
