namespace Grid.Compute;

/// <summary>A window that moves over the pixels of a plane, as that of a convolution or a pooling. Lengths are in rows and columns of the
/// plane; padding may differ on all four sides.</summary>
/// <param name="Height">The number of rows of the window.</param>
/// <param name="Width">The number of columns of the window.</param>
public readonly record struct Window(int Height, int Width)
{
    // Of a side, a stride, a dilation or a padding; so nothing that is computed of them leaves 64 bits.
    const int MostLength = 1 << 20;

    /// <summary>A square window.</summary>
    /// <param name="side">The number of rows and of columns of the window.</param>
    public Window(int side) : this(side, side)
    {
    }

    /// <summary>The number of rows from one place of the window to the next.</summary>
    public int DownStride { get; init; } = 1;

    /// <summary>The number of columns from one place of the window to the next.</summary>
    public int AcrossStride { get; init; } = 1;

    /// <summary>The number of rows from one cell of the window to the next.</summary>
    public int DownDilation { get; init; } = 1;

    /// <summary>The number of columns from one cell of the window to the next.</summary>
    public int AcrossDilation { get; init; } = 1;

    /// <summary>The number of rows of padding above the plane.</summary>
    public int Top { get; init; }

    /// <summary>The number of rows of padding below the plane.</summary>
    public int Bottom { get; init; }

    /// <summary>The number of columns of padding left of the plane.</summary>
    public int Left { get; init; }

    /// <summary>The number of columns of padding right of the plane.</summary>
    public int Right { get; init; }

    /// <summary>Whether a last window may reach beyond the padding, if it begins on the plane or on its upper left padding.</summary>
    public bool Ceil { get; init; }

    /// <summary>The number of cells of the window.</summary>
    public int Cells => Height * Width;

    /// <summary>The same window with one stride along both axes.</summary>
    /// <param name="stride">The number of pixels from one place of the window to the next.</param>
    public Window WithStride(int stride) => this with { DownStride = stride, AcrossStride = stride };

    /// <summary>The same window with as much padding on all sides.</summary>
    /// <param name="padding">The pixels of zeros on each of the four sides.</param>
    public Window WithPadding(int padding) => this with { Top = padding, Bottom = padding, Left = padding, Right = padding };

    /// <summary>The number of places of the window over a plane of so many rows; below 1 where it does not fit.</summary>
    /// <param name="height">The number of rows of the plane.</param>
    public int OutHeight(int height) => Places(height, Height, DownStride, DownDilation, Top, Bottom);

    /// <summary>The number of places of the window over a plane of so many columns; below 1 where it does not fit.</summary>
    /// <param name="width">The number of columns of the plane.</param>
    public int OutWidth(int width) => Places(width, Width, AcrossStride, AcrossDilation, Left, Right);

    /// <summary>The window with the same places over a plane of this size, whose strides are no longer than the plane with its padding, and
    /// whose dilations are 1 where it has one cell.</summary>
    /// <param name="height">The number of rows of the plane.</param>
    /// <param name="width">The number of columns of the plane.</param>
    internal Window Over(int height, int width) => this with
    {
        DownStride = Math.Min(DownStride, height + Top + Bottom),
        AcrossStride = Math.Min(AcrossStride, width + Left + Right),
        DownDilation = Height == 1 ? 1 : DownDilation,
        AcrossDilation = Width == 1 ? 1 : AcrossDilation,
    };

    /// <summary>Whether its lengths are possible, from 1 (paddings from 0) to 1,048,576, and it has a place over a plane of this
    /// size.</summary>
    /// <param name="height">The number of rows of the plane.</param>
    /// <param name="width">The number of columns of the plane.</param>
    public bool Fits(int height, int width) =>
        AreWithin(1, height, width, Height, Width, DownStride, AcrossStride, DownDilation, AcrossDilation)
        && AreWithin(0, Top, Bottom, Left, Right) && OutHeight(height) > 0 && OutWidth(width) > 0;

    static bool AreWithin(int least, params ReadOnlySpan<int> lengths)
    {
        foreach (var length in lengths)
            if (length < least || length > MostLength) return false;
        return true;
    }

    int Places(int length, int size, int stride, int dilation, int before, int after)
    {
        var room = (long)length + before + after - ((long)dilation * (size - 1) + 1);
        var steps = room + (Ceil ? stride - 1 : 0);
        if (steps < 0) return 0;
        var places = steps / stride + 1;
        return (int)(Ceil && (places - 1) * stride >= (long)length + before ? places - 1 : places);
    }
}
