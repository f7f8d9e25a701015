using Grid.Compute.Cpu.Scheduling;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.Convolution;

/// <summary>
/// The vector-Jacobian product to the input: the sum over the window's cells, in order, of products of weights [channel, output channel]
/// with gradients [output channel, pixel], which are read where they lie. With a stride, pixels of one remainder see the same cells: each
/// such lattice is worked on by itself. A block is one image.
/// </summary>
unsafe struct ConvolutionInputGradient<L, TVector> : IBlocks where L : IFloatLanes<TVector> where TVector : struct
{
    public ConvShape Shape;

    /// <summary>Weights are packed.</summary>
    public float* X, Weights, Gradient, Scratch;

    /// <summary>Where in the frame each output channel begins, and where in a copy.</summary>
    public int* Planes, Copied;

    static int Rows => ConvolutionTile<L, TVector>.Rows;

    static int Width => ConvolutionTile<L, TVector>.Width;

    static int PaddedChannels(ConvShape shape) => ConvolutionTile<L, TVector>.Padded(shape.GroupChannels);

    public static int WorkerScratch(ConvShape shape) =>
        Around(shape).Frame.Floats + Width * (shape.GroupOutChannels + PaddedChannels(shape) + Rows) + PooledBuffer.Slack;

    public static int GroupFloats(ConvShape shape) => PaddedChannels(shape) * shape.Window.Cells * shape.GroupOutChannels;

    /// <summary>For each group, cell and panel of input channels: [output channel, channel].</summary>
    public static void PackWeights(ConvShape shape, float* weight, float* packed)
    {
        var (cells, taps) = (shape.Window.Cells, shape.Taps);
        for (var group = 0; group < shape.Groups; group++, weight += shape.GroupOutChannels * taps)
            for (var cell = 0; cell < cells; cell++)
                for (var row = 0; row < shape.GroupChannels; row += Rows)
                    for (var output = 0; output < shape.GroupOutChannels; output++)
                        for (var channel = row; channel < row + Rows; channel++)
                            *packed++ = channel < shape.GroupChannels ? weight[output * taps + channel * cells + cell] : 0;
    }

    /// <summary>What the pixels that a band of output rows reaches see of the gradient, and by how much the first of a lattice lies
    /// before.</summary>
    public static (Frame Frame, int Up, int Left, int Spread) Around(ConvShape shape)
    {
        var window = shape.Window;
        var (up, down) = Shifts(window.DownStride, window.Top, (window.Height - 1) * window.DownDilation);
        var (left, right) = Shifts(window.AcrossStride, window.Left, (window.Width - 1) * window.AcrossDilation);
        var across = (shape.Width + window.AcrossStride - 1) / window.AcrossStride;
        return (new(shape.GroupOutChannels, shape.BandHeight + 2 * (down - up), across + right - left, 1), up, left, down - up);

        static (int Least, int Most) Shifts(int stride, int before, int extent) =>
            ((int)Math.Floor((double)(before - extent) / stride), (stride - 1 + before) / stride);
    }

    public readonly void Run(int worker, int block)
    {
        var window = Shape.Window;
        var (frame, up, left, spread) = Around(Shape);
        var seen = Scratch + (nint)worker * WorkerScratch(Shape);
        float* x = X + (nint)block * Shape.InputSize, gradient = Gradient + (nint)block * Shape.OutputSize, weights = Weights;
        new Span<float>(x, Shape.InputSize).Clear();
        for (var group = 0; group < Shape.Groups; group++)
        {
            for (var row = 0; row < Shape.OutHeight; row += Shape.BandHeight)
            {
                var end = Math.Min(row + Shape.BandHeight, Shape.OutHeight);
                frame.Fill(gradient, Shape.OutHeight * Shape.OutWidth, Shape.OutWidth, row - spread, left, row, end, seen);
                for (var down = 0; down < window.DownStride; down++)
                    for (var across = 0; across < window.AcrossStride; across++)
                        Lattice(
                            down, across, Math.Max(0, row - spread - up), end - up, row - spread, x, weights, seen,
                            gradient + Shape.OutputSize);
            }

            x += Shape.InputSize / Shape.Groups;
            gradient += Shape.OutputSize / Shape.Groups;
            weights += GroupFloats(Shape);
        }
    }

    /// <summary>Pixels (down + i stride, across + j stride), for i from one row to another.</summary>
    readonly void Lattice(int down, int across, int begin, int end, int firstRow, float* x, float* weights, float* seen, float* ahead)
    {
        var window = Shape.Window;
        var (frame, _, left, _) = Around(Shape);
        end = Math.Min(end, (Shape.Height - down + window.DownStride - 1) / window.DownStride);
        var columns = (Shape.Width - across + window.AcrossStride - 1) / window.AcrossStride;
        if (end <= begin || columns <= 0) return;
        var cells = stackalloc int[window.Cells];
        for (var cell = 0; cell < window.Cells; cell++)
        {
            var (row, column) = (down + window.Top - cell / window.Width * window.DownDilation,
                across + window.Left - cell % window.Width * window.AcrossDilation);
            // A cell that no place puts upon these pixels.
            cells[cell] = row % window.DownStride == 0 && column % window.AcrossStride == 0
                ? (begin + row / window.DownStride - firstRow) * frame.RowFloats + column / window.AcrossStride - left
                : -1;
        }

        if (new Span<int>(cells, window.Cells).IndexOfAnyExcept(-1) < 0) return;
        Span<int> runs = stackalloc int[2 * FramePanel.MostRuns];
        // The next image's gradients, a little with each panel.
        var share = Shape.OutputSize / Shape.Groups / (Shape.Height * Shape.Width) * Width;
        var pixels = stackalloc int[Width];
        for (var first = 0; first < (end - begin) * columns; first += Width)
        {
            var count = Math.Min(Width, (end - begin) * columns - first);
            var (row, column) = (begin + first / columns, first % columns);
            Frame.Fetch(ahead + (begin * columns + first) / Width * share, share);
            for (var i = 0; i < count; i++, column++)
            {
                if (column == columns) (row, column) = (row + 1, 0);
                pixels[i] = (down + row * window.DownStride) * Shape.Width + across + column * window.AcrossStride;
            }

            Panel(new(runs, first, count, columns, frame.RowFloats, L.Count), count, pixels, cells, x, weights, seen, seen + frame.Floats);
        }
    }

    /// <summary>All channels of a group at a few pixels.</summary>
    readonly void Panel(FramePanel places, int count, int* pixels, int* cells, float* x, float* weights, float* seen, float* copy)
    {
        var (outputs, channels, plane) = (Shape.GroupOutChannels, Shape.GroupChannels, Shape.Height * Shape.Width);
        var edge = copy + Width * outputs + PooledBuffer.Slack;
        var scattered = pixels[count - 1] - pixels[0] != count - 1;
        var (sums, stride) = scattered ? ((nint)(edge + Width * Rows), Width) : ((nint)(x + pixels[0]), plane);
        // What earlier bands have added.
        if (scattered && Shape.BandHeight < Shape.OutHeight) Gather((float*)sums, x, pixels, count);
        else if (scattered) new Span<float>((float*)sums, channels * Width).Clear();
        if (places.InPlace)
        {
            var (left, right) = places.Pixels(seen, Planes, outputs, Width, copy);
            for (var row = 0; row < channels; row += Rows)
                AllCells(
                    cells, weights + (nint)row * outputs, (float*)left, (float*)right, (float*)sums + (nint)row * stride, stride,
                    Math.Min(Rows, channels - row), count, edge);
        }
        else
        {
            for (var cell = 0; cell < Shape.Window.Cells; cell++)
            {
                if (cells[cell] < 0) continue;
                var (left, right) = places.Pixels(seen + cells[cell], Planes, outputs, Width, copy);
                var packed = weights + (nint)cell * PaddedChannels(Shape) * outputs;
                for (var row = 0; row < channels; row += Rows)
                    ConvolutionTile<L, TVector>.Run(
                        packed + (nint)row * outputs, (float*)left, (float*)right, Copied, outputs,
                        (float*)sums + (nint)row * stride, stride, Math.Min(Rows, channels - row), count, true, edge);
            }
        }

        if (scattered) Scatter((float*)sums, x, pixels, count);
    }

    /// <summary>A panel of channels, all cells one after the other: in registers where the tile is whole.</summary>
    readonly void AllCells(
        int* cells, float* weights, float* left, float* right, float* sums, nint stride, int rows, int count, float* edge)
    {
        var (outputs, apart) = (Shape.GroupOutChannels, (nint)PaddedChannels(Shape) * Shape.GroupOutChannels);
        if (L.ManyRegisters && rows == Rows && count == Width)
        {
            ConvolutionTile<L, TVector>.AddCells(weights, apart, left, cells, Shape.Window.Cells, Planes, outputs, sums, stride);
            ConvolutionTile<L, TVector>.AddCells(weights, apart, right, cells, Shape.Window.Cells, Planes, outputs, sums + L.Count, stride);
            return;
        }

        for (var cell = 0; cell < Shape.Window.Cells; cell++)
            if (cells[cell] >= 0)
                ConvolutionTile<L, TVector>.Run(
                    weights + cell * apart, left + cells[cell], right + cells[cell],
                    Planes, outputs, sums, stride, rows, count, true, edge);
    }

    readonly void Gather(float* sums, float* x, int* pixels, int count)
    {
        for (var channel = 0; channel < Shape.GroupChannels; channel++, sums += Width, x += Shape.Height * Shape.Width)
            for (var i = 0; i < count; i++) sums[i] = x[pixels[i]];
    }

    readonly void Scatter(float* sums, float* x, int* pixels, int count)
    {
        for (var channel = 0; channel < Shape.GroupChannels; channel++, sums += Width, x += Shape.Height * Shape.Width)
            for (var i = 0; i < count; i++) x[pixels[i]] = sums[i];
    }
}
