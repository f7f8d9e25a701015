using TorchSharp;

namespace Grid.Torch.Operators;

/// <summary>
/// Where positions lie among the pixels of planes. libtorch's own grid_sample takes positions scaled to [-1, 1], and rounding on the way
/// back turns whole numbers into others, where the slope is another.
/// </summary>
sealed class BilinearSampler
{
    readonly long _height;
    readonly long _width;
    readonly torch.Tensor _inside;
    readonly torch.Tensor _top;
    readonly torch.Tensor _left;
    readonly torch.Tensor _down;
    readonly torch.Tensor _across;

    /// <summary>A sampler at some positions.</summary>
    /// <param name="positions">The positions, [n, 2, y, x]: row, then column.</param>
    public BilinearSampler(torch.Tensor positions, long height, long width)
    {
        (_height, _width) = (height, width);
        var (n, samples) = (positions.shape[0], positions.shape[2] * positions.shape[3]);
        var places = positions.view(n, 2, samples);
        var (row, column) = (places.narrow(1, 0, 1), places.narrow(1, 1, 1));
        // Written so that NaN is outside.
        _inside = row.ge(-1).logical_and(row.lt(height)).logical_and(column.ge(-1)).logical_and(column.lt(width));
        (row, column) = (torch.where(_inside, row, torch.zeros_like(row)), torch.where(_inside, column, torch.zeros_like(column)));
        (_top, _left) = (row.floor(), column.floor());
        (_down, _across) = (row - _top, column - _left);
    }

    /// <summary>Samples planes: [n, c, h w] -> [n, c, y x].</summary>
    public torch.Tensor Sample(torch.Tensor planes)
    {
        var (a, b, c, d) = Read(planes);
        var (up, down) = (a + _across * (b - a), c + _across * (d - c));
        return up + _down * (down - up);
    }

    public torch.Tensor ImageGradient(torch.Tensor gradient)
    {
        var planes = torch.zeros([gradient.shape[0], gradient.shape[1], _height * _width], gradient.dtype, gradient.device);
        var (up, down) = (gradient * (1 - _down), gradient * _down);
        Spread(0, 0, up * (1 - _across));
        Spread(0, 1, up * _across);
        Spread(1, 0, down * (1 - _across));
        Spread(1, 1, down * _across);
        return planes;

        void Spread(int below, int right, torch.Tensor part)
        {
            var (index, seen) = Corner(below, right);
            planes.scatter_add_(2, index.expand(part.shape), torch.where(seen, part, torch.zeros_like(part)));
        }
    }

    /// <summary>The gradient by the positions, [n, 2, y x].</summary>
    public torch.Tensor PositionGradient(torch.Tensor planes, torch.Tensor gradient)
    {
        var (a, b, c, d) = Read(planes);
        var byRow = gradient * ((1 - _across) * (c - a) + _across * (d - b));
        var byColumn = gradient * ((1 - _down) * (b - a) + _down * (d - c));
        return torch.cat([byRow.sum(1, keepdim: true), byColumn.sum(1, keepdim: true)], 1);
    }

    (torch.Tensor UpLeft, torch.Tensor UpRight, torch.Tensor DownLeft, torch.Tensor DownRight) Read(torch.Tensor planes)
    {
        return (Pixel(0, 0), Pixel(0, 1), Pixel(1, 0), Pixel(1, 1));

        torch.Tensor Pixel(int below, int right)
        {
            var (index, seen) = Corner(below, right);
            var pixels = planes.gather(2, index.expand(planes.shape[0], planes.shape[1], index.shape[2]));
            return torch.where(seen, pixels, torch.zeros_like(pixels));
        }
    }

    /// <summary>One of the four pixels: its index, which is somewhere in the plane in any case, and whether it is seen.</summary>
    (torch.Tensor Index, torch.Tensor Seen) Corner(int below, int right)
    {
        var (row, column) = (_top + below, _left + right);
        var seen = _inside.logical_and(row.ge(0)).logical_and(row.lt(_height)).logical_and(column.ge(0)).logical_and(column.lt(_width));
        return ((row.clamp(0, _height - 1) * _width + column.clamp(0, _width - 1)).to(torch.ScalarType.Int64), seen);
    }
}
