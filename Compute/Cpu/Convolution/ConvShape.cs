namespace Grid.Compute.Cpu.Convolution;

/// <summary>The sizes of a convolution of one image, which is computed a band of output rows at a time to bound memory.</summary>
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

    /// <summary>The number of weights of one output channel.</summary>
    public int Taps => GroupChannels * Window.Cells;

    public int BandHeight => (int)Math.Clamp(MostBandTaps / ((long)Taps * OutWidth), 1, OutHeight);

    /// <summary>Whether a whole frame of the planes, with room to spare, and the result of one image have fewer values than an array can
    /// have.</summary>
    public bool IsIndexable =>
        OutChannels * (double)OutHeight * OutWidth < Array.MaxLength
        && 4.0 * GroupChannels * (Height + Window.Top + Window.Bottom + (double)Window.DownStride)
            * (Width + Window.Left + Window.Right + (double)Window.AcrossStride) < Array.MaxLength;

    /// <summary>The frame that a band of output rows sees of a group's channels: columns are ordered by their remainder by the stride, rows
    /// are all there.</summary>
    public Frame Seen => new(
        GroupChannels,
        (BandHeight - 1) * Window.DownStride + (Window.Height - 1) * Window.DownDilation + 1,
        OutWidth + (Window.Width - 1) * Window.AcrossDilation / Window.AcrossStride,
        Window.AcrossStride);

    /// <summary>The place in a frame of the pixel that a tap sees from the first place of the band.</summary>
    public int SeenAt(Frame frame, int tap)
    {
        var (down, across) = (tap / Window.Width % Window.Height * Window.DownDilation, tap % Window.Width * Window.AcrossDilation);
        return tap / Window.Cells * frame.PlaneFloats + down * frame.RowFloats
            + across % Window.AcrossStride * frame.Columns + across / Window.AcrossStride;
    }
}
