namespace Grid.Compute.Tests;

/// <summary>Drawn windows and shapes.</summary>
static class LayerDice
{
    /// <summary>A window that fits a plane of the given size.</summary>
    public static Window Window(this Dice dice, int height, int width, bool pooling = false)
    {
        while (true)
        {
            var window = new Window(dice.Int(1, 5), dice.Int(1, 5))
            {
                DownStride = dice.Int(1, 3),
                AcrossStride = dice.Int(1, 3),
                DownDilation = dice.Of(1, 1, 2, 3),
                AcrossDilation = dice.Of(1, 1, 2, 3),
                Ceil = pooling && dice.Coin(),
            };
            // A pooling's padding is below half of its window, so that no window is empty.
            var (most, wide) = pooling
                ? (window.DownDilation == 1 ? window.Height / 2 : 0, window.AcrossDilation == 1 ? window.Width / 2 : 0)
                : (3, 3);
            window =
                window with { Top = dice.Int(0, most), Bottom = dice.Int(0, most), Left = dice.Int(0, wide), Right = dice.Int(0, wide) };
            if (window.Fits(height, width) && Full(window, height, width)) return window;
        }

        bool Full(Window w, int h, int v) => !pooling
            || ((w.OutHeight(h) - 1) * w.DownStride - w.Top < h && (w.OutWidth(v) - 1) * w.AcrossStride - w.Left < v);
    }

    /// <summary>A window that fits, with strides that are longer than the plane, and dilations of a single cell.</summary>
    public static Window WideWindow(this Dice dice, int height, int width, bool pooling = false)
    {
        var window = dice.Window(height, width, pooling);
        return window with
        {
            DownStride = dice.Coin() ? dice.Int(40, 1 << 20) : window.DownStride,
            AcrossStride = dice.Coin() ? dice.Int(40, 1 << 20) : window.AcrossStride,
            DownDilation = window.Height == 1 ? dice.Int(1, 1 << 20) : window.DownDilation,
            AcrossDilation = window.Width == 1 ? dice.Int(1, 1 << 20) : window.AcrossDilation,
        };
    }

    public static Shape Shape(this Dice dice, int rank, int longest = 5) =>
        Grid.Compute.Shape.From([.. Enumerable.Range(0, rank).Select(_ => dice.Int(1, longest))]);

    /// <summary>The shape with some axes of length 1, and sometimes without the first few.</summary>
    public static Shape Narrowed(this Dice dice, Shape shape) =>
        Grid.Compute.Shape.From(
            [.. shape.ToArray().Select(length => dice.Coin() ? 1 : length).Skip(dice.Coin() ? 0 : dice.Int(0, shape.Rank))]);

    public static int[] Order(this Dice dice, int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = dice.Int(0, i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    public static Selection Selection(this Dice dice, Shape row)
    {
        Shape output = dice.Shape(dice.Int(0, 3), 6);
        return new([.. Enumerable.Range(0, output.Count).Select(_ => dice.Int(-1, row.Count - 1))], row, output);
    }
}
