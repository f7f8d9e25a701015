using Grid.Compute;

namespace Grid.Lab.Models.Graph;

static partial class Operation
{
    /// <summary>Brings images to another size, axis by axis: by the nearest pixel, or between the two nearest.</summary>
    static Value Resize(Step s)
    {
        var x = s.X();
        // Upsample has its scales where Resize has a region.
        var place = s.Node.Operator == "Upsample" ? 1 : 2;
        double[]? scales = s.Has(place) && s.Host(place).Count > 0 ? [.. s.Host(place).Floats().Select(v => (double)v)] : null;
        var sizes = s.Has(3) ? s.Host(3).Ints() : null;
        if (scales is null && sizes is null) throw s.Wrong("lacks both scales and sizes");
        int[] axes = s.Node.Ints("axes") is { } given
            ? [.. given.Select(a => s.Axis(a, x.Shape.Rank))]
            : [.. Enumerable.Range(0, x.Shape.Rank)];
        var mode = s.Node.Text("mode", "nearest");
        if (mode is not ("nearest" or "linear")) throw s.Wrong($"has mode {mode}; supported are nearest and linear");
        for (var i = 0; i < axes.Length; i++)
        {
            var length = x.Shape[axes[i]];
            var size = sizes?[i] ?? (int)Math.Floor(length * scales![i]);
            if (size == length) continue;
            s.Bound([.. x.Shape.ToArray().Select((other, axis) => axis == axes[i] ? size : (long)other)]);
            var places = Places(s, length, size, scales?[i] ?? (double)size / length);
            x = mode == "nearest"
                ? Taken(x, axes[i], [.. places.Select(p => Math.Clamp(Nearest(p), 0, length - 1))])
                : Between(x, axes[i], places);
        }

        return x;

        int Nearest(double at) => s.Node.Text("nearest_mode", s.Opset < 11 ? "floor" : "round_prefer_floor") switch
        {
            "floor" => (int)Math.Floor(at),
            "ceil" => (int)Math.Ceiling(at),
            "round_prefer_ceil" => (int)Math.Floor(at + 0.5),
            _ => (int)Math.Ceiling(at - 0.5),
        };

        Variable Taken(Variable of, int axis, int[] indices) => Chosen(s, new(of), new Dictionary<int, int[]> { [axis] = indices }).Device!;

        Variable Between(Variable of, int axis, double[] places)
        {
            var length = of.Shape[axis];
            int[] low = [.. places.Select(p => (int)Math.Floor(Math.Clamp(p, 0, length - 1)))],
                high = [.. low.Select(i => Math.Min(i + 1, length - 1))];
            float[] share = [.. places.Zip(low, (p, i) => (float)(Math.Clamp(p, 0, length - 1) - i))];
            var weights =
                Tape.Constant(s.Device.Upload(share, Shape.From([places.Length, .. Enumerable.Repeat(1, of.Shape.Rank - 1 - axis)])));
            var first = Taken(of, axis, low);
            return s.Tape.Plus(first, s.Tape.Times(s.Tape.Minus(Taken(of, axis, high), first), weights));
        }
    }

    /// <summary>The place of each pixel of the result among those that there are.</summary>
    static double[] Places(Step s, int length, int size, double scale)
    {
        var mode = s.Node.Text("coordinate_transformation_mode", s.Opset < 11 ? "asymmetric" : "half_pixel");
        return [.. Enumerable.Range(0, size).Select(i => mode switch
        {
            "half_pixel" => (i + 0.5) / scale - 0.5,
            "pytorch_half_pixel" => size > 1 ? (i + 0.5) / scale - 0.5 : 0,
            "asymmetric" => i / scale,
            "align_corners" => size > 1 ? i * (length - 1.0) / (size - 1) : 0,
            _ => throw s.Wrong($"places pixels by {mode}; supported are half_pixel, pytorch_half_pixel, asymmetric and align_corners"),
        })];
    }
}
