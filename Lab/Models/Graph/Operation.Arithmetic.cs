using Grid.Compute;

namespace Grid.Lab.Models.Graph;

/// <summary>Arithmetic that a graph does on images, on the tape, and on shapes and constants, on the host.</summary>
static partial class Operation
{
    static Dictionary<string, Func<Step, Value[]>> Arithmetic() => Table(
        ("Add", s => Two(s, s.Tape.Plus, (a, b) => a + b, (a, b) => a + b)),
        ("Sub", s => Two(s, s.Tape.Minus, (a, b) => a - b, (a, b) => a - b)),
        ("Mul", s => Two(s, s.Tape.Times, (a, b) => a * b, (a, b) => a * b)),
        ("Div", s => Two(s, s.Tape.Over, (a, b) => a / b, (a, b) => a / b)),
        ("Mod", s => OnHost(s, (a, b) => a % b, (a, b) => s.Node.Int("fmod", 0) == 1 ? a % b : ((a % b) + b) % b)),
        ("Pow",
            s => s.OnHost
                ? OnHost(s, Math.Pow, (a, b) => (long)Math.Pow(a, b))
                : s.Tape.Power(s.X(), s.Host(1) is { Count: 1 } power ? (float)power[0] : throw s.Wrong("takes one constant power"))),
        ("Min", s => Many(s, s.Tape.Minimum, Math.Min, Math.Min)),
        ("Max", s => Many(s, s.Tape.Maximum, Math.Max, Math.Max)),
        ("Sum", s => Many(s, s.Tape.Plus, (a, b) => a + b, (a, b) => a + b)),
        ("Mean", s => s.Tape.Affine(Many(s, s.Tape.Plus, (a, b) => a + b, (a, b) => a + b).Device ?? s.X(), 1f / s.Count, 0)),
        ("Neg", s => One(s, x => s.Tape.Affine(x, -1, 0), v => -v)),
        ("Reciprocal", s => s.Tape.Over(Tape.Constant(s.Device.Full([1], 1)), s.X())),
        ("Sqrt", s => One(s, s.Tape.Sqrt, Math.Sqrt)),
        ("Floor", s => One(s, null, Math.Floor)),
        ("Ceil", s => One(s, null, Math.Ceiling)),
        ("Round", s => One(s, null, v => Math.Round(v, MidpointRounding.ToEven))),
        ("Not", s => One(s, x => s.Tape.Affine(x, -1, 1), v => v == 0 ? 1 : 0)),
        ("And", s => OnHost(s, (a, b) => a * b, (a, b) => a & b)),
        ("Or", s => OnHost(s, Math.Max, (a, b) => a | b)),
        ("Equal", s => Compared(s, Binary.Equal, (a, b) => a == b)),
        ("Greater", s => Compared(s, Binary.Greater, (a, b) => a > b)),
        ("GreaterOrEqual", s => OnHost(s, (a, b) => a >= b ? 1 : 0, (a, b) => a >= b ? 1 : 0)),
        ("Less", s => Compared(s, null, (a, b) => a < b)),
        ("LessOrEqual", s => OnHost(s, (a, b) => a <= b ? 1 : 0, (a, b) => a <= b ? 1 : 0)),
        ("Where", Where),
        ("Cast", Cast),
        ("CastLike", s => s.In(0)),
        ("DequantizeLinear", Dequantized));

    static Value Two(Step s, Func<Variable, Variable, Variable> taped, Func<double, double, double> floats, Func<long, long, long> whole)
    {
        if (s.OnHost) return OnHost(s, floats, whole);
        s.Common(s.In(0).Shape, s.In(1).Shape);
        return taped(s.X(0), s.X(1));
    }

    static Value Many(Step s, Func<Variable, Variable, Variable> taped, Func<double, double, double> floats, Func<long, long, long> whole)
    {
        if (s.OnHost) return Enumerable.Range(1, s.Count - 1).Aggregate(s.Host(0), (sum, i) => Combined(s, sum, s.Host(i), floats, whole));
        var shape = s.Common([.. Enumerable.Range(0, s.Count).Select(i => s.In(i).Shape)]);
        return Enumerable.Range(1, s.Count - 1)
            .Aggregate(s.Tape.Expand(s.X(0), shape), (sum, i) => taped(sum, s.Tape.Expand(s.X(i), shape)));
    }

    static Value One(Step s, Func<Variable, Variable>? taped, Func<double, double> host)
    {
        if (!s.OnHost)
            return taped is null ? throw s.Wrong("has no derivative, and is supported for shapes and constants alone") : taped(s.X());
        var x = s.Host(0);
        return x.Whole
            ? new Numbers(x.Shape, Array.ConvertAll(x.Longs(), v => (long)host(v)))
            : new Numbers(x.Shape, Array.ConvertAll(x.Floats(), v => (float)host(v)));
    }

    static Numbers OnHost(Step s, Func<double, double, double> floats, Func<long, long, long> whole) =>
        Combined(s, s.Host(0), s.Host(1), floats, whole);

    static Numbers Combined(Step s, Numbers a, Numbers b, Func<double, double, double> floats, Func<long, long, long> whole)
    {
        var shape = s.Common(a.Shape, b.Shape);
        int[] left = Repeated(a.Shape, shape), right = Repeated(b.Shape, shape);
        if (a.Whole && b.Whole)
        {
            long[] x = a.Longs(), y = b.Longs();
            return new(shape, [.. Enumerable.Range(0, shape.Count).Select(i => whole(x[left[i]], y[right[i]]))]);
        }

        float[] u = a.Floats(), v = b.Floats();
        return new(shape, [.. Enumerable.Range(0, shape.Count).Select(i => (float)floats(u[left[i]], v[right[i]]))]);
    }

    /// <summary>For each element of the repeated shape, the index of the element that it repeats.</summary>
    static int[] Repeated(Shape shape, Shape repeated)
    {
        var map = new int[repeated.Count];
        for (var i = 0; i < map.Length; i++)
        {
            var (rest, step) = (i, 1);
            for (var axis = 1; axis <= shape.Rank; rest /= repeated[^axis], axis++)
            {
                if (shape[^axis] > 1) map[i] += rest % repeated[^axis] * step;
                step *= shape[^axis];
            }
        }

        return map;
    }

    static Value Compared(Step s, Binary? operation, Func<double, double, bool> of)
    {
        if (s.OnHost)
        {
            var result = Combined(s, s.Host(0), s.Host(1), (a, b) => of(a, b) ? 1 : 0, (a, b) => of(a, b) ? 1 : 0);
            return result.Whole ? result : new Numbers(result.Shape, result.Longs());
        }

        s.Common(s.In(0).Shape, s.In(1).Shape);
        return Tape.Constant(operation is { } binary
            ? s.Device.Broadcast(binary, s.X(0).Value, s.X(1).Value)
            : s.Device.Broadcast(Binary.Greater, s.X(1).Value, s.X(0).Value));
    }

    static Value Where(Step s)
    {
        var shape = s.Common(s.In(0).Shape, s.In(1).Shape, s.In(2).Shape);
        if (s.OnHost)
        {
            var (condition, a, b) = (s.Host(0), s.Host(1), s.Host(2));
            int[] c = Repeated(condition.Shape, shape), left = Repeated(a.Shape, shape), right = Repeated(b.Shape, shape);
            return a.Whole && b.Whole
                ? new Numbers(shape,
                    (long[])[.. Enumerable.Range(0, shape.Count).Select(i => condition[c[i]] != 0 ? (long)a[left[i]] : (long)b[right[i]])])
                : new Numbers(shape,
                    (float[])[.. Enumerable.Range(0, shape.Count).Select(i => (float)(condition[c[i]] != 0 ? a[left[i]] : b[right[i]]))]);
        }

        var (device, mask) = (s.Device, s.Tape.Expand(s.X(0), shape).Value);
        var (x, y) = (s.Tape.Expand(s.X(1), shape), s.Tape.Expand(s.X(2), shape));
        return s.Tape.Record(device.Where(mask, x.Value, y.Value), [x, y], g =>
        {
            var zeros = device.Zeros(shape);
            s.Tape.Pass(x, () => device.Where(mask, g, zeros));
            s.Tape.Pass(y, () => device.Where(mask, zeros, g));
        });
    }

    static Value Cast(Step s)
    {
        // 1 float, 10 float16, 11 double, 16 bfloat16; all others are whole.
        var toFloat = s.Node.Int("to", 1) is 1 or 10 or 11 or 16;
        if (s.In(0).Host is not { } host) return toFloat ? s.In(0) : throw s.Wrong("makes whole numbers of what depends on the images");
        return toFloat == !host.Whole ? s.In(0)
            : toFloat ? new Numbers(host.Shape, host.Floats())
            : s.Node.Int("to", 1) == 9
                ? new Numbers(host.Shape, Array.ConvertAll(host.Floats(), v => v != 0 ? 1L : 0))
                : new Numbers(host.Shape, host.Longs());
    }

    /// <summary>Computes (x - zero point) scale, with one scale for all or one for each index of an axis.</summary>
    static Value Dequantized(Step s)
    {
        var (x, scale) = (s.Host(0), s.Host(1));
        var zero = s.Has(2) ? s.Host(2) : new Numbers(scale.Shape, new long[scale.Count]);
        var axis = x.Shape.Rank == 0 ? 0 : s.Axis(s.Node.Int("axis", 1), Math.Max(2, x.Shape.Rank));
        var inner = x.Shape.ToArray().Skip(axis + 1).Aggregate(1, (n, length) => n * length);
        if (scale.Count != 1 && (axis >= x.Shape.Rank || scale.Count != x.Shape[axis]))
            throw s.Wrong($"has {scale.Count} scales for {x.Shape} along axis {axis}");
        return new Numbers(x.Shape,
            (float[])[.. Enumerable.Range(0, x.Count)
                .Select(i => scale.Count == 1 ? 0 : i / inner % scale.Count)
                .Select((c, i) => (float)((x[i] - zero[c]) * scale[c]))]);
    }
}
