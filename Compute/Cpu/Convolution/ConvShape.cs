namespace Grid.Compute.Cpu.Convolution;

/// <summary>The sizes of a convolution of one image, worked on a band of output rows at a time to bound memory.</summary>
readonly record struct ConvShape(int Channels, int Height, int Width, int OutChannels, Window Window, int Groups = 1)
{
    // The gradient by the input adds one band after the other, so that its last bits depend on this number.
    const int MostBandTaps = 1 << 18;

    public int OutHeight { get; } = Window.OutHeight(Height);

    public int OutWidth { get; } = Window.OutWidth(Width);

    public int InputSize => Channels * Height * Width;

    public int OutputSize => OutChannels * OutHeight * OutWidth;

    /// <summary>The number of input channels of one group.</summary>
    public int GroupChannels => Channels / Groups;

    public int GroupOutChannels => OutChannels / Groups;

    /// <summary>Weights of one output channel.</summary>
    public int Taps => GroupChannels * Window.Cells;

    public int BandHeight => Math.Clamp(MostBandTaps / (Taps * OutWidth), 1, OutHeight);

    /// <summary>What a band of output rows sees of a group's channels: columns by their remainder by the stride, rows all.</summary>
    public Frame Seen => new(
        GroupChannels,
        (BandHeight - 1) * Window.DownStride + (Window.Height - 1) * Window.DownDilation + 1,
        OutWidth + (Window.Width - 1) * Window.AcrossDilation / Window.AcrossStride,
        Window.AcrossStride);

    /// <summary>Where in the frame the pixel lies that a tap sees from the first place of the band.</summary>
    public int SeenAt(Frame frame, int tap)
    {
        var (down, across) = (tap / Window.Width % Window.Height * Window.DownDilation, tap % Window.Width * Window.AcrossDilation);
        return tap / Window.Cells * frame.PlaneFloats + down * frame.RowFloats
            + across % Window.AcrossStride * frame.Columns + across / Window.AcrossStride;
    }
}
