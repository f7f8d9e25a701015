using Grid.Compute;

namespace Grid.Lab.Models.Graph;

/// <summary>Operators that move elements: those of images on the tape, those of shapes and constants on the host.</summary>
static partial class Operation
{
    static Dictionary<string, Func<Step, Value[]>> Arrangement()
    {
        var table = Table(
            ("Shape", ShapeOf),
            ("Size", s => new Numbers([], (long[])[s.In(0).Shape.Count])),
            ("Reshape", s => Viewed(s, s.In(0), Target(s))),
            ("Flatten", Flatten),
            ("Squeeze", Squeeze),
            ("Unsqueeze", Unsqueeze),
            ("Transpose", Transpose),
            ("Concat", Concat),
            ("Slice", Slice),
            ("Gather", Gather),
            ("Expand",
                s =>
                    Repeat(s, Shape.Broadcast(s.In(0).Shape, Shape.From(s.Host(1).Ints()))
                        ?? throw s.Wrong($"cannot make {s.In(0).Shape} as large as {Shape.From(s.Host(1).Ints())}"))),
            ("Tile", Tile),
            ("Pad", Pad),
            ("ConstantOfShape", ConstantOfShape),
            ("Range", Range),
            ("DepthToSpace", s => Blocks(s, toSpace: true)),
            ("SpaceToDepth", s => Blocks(s, toSpace: false)),
            ("Resize", Resize),
            ("Upsample", Resize));
        table.Add("Split", Split);
        return table;
    }

    static Value ShapeOf(Step s)
    {
        var axes = s.In(0).Shape.ToArray();
        var (start, end) = (Place(s.Node.Int("start", 0)), Place(s.Node.Int("end", axes.Length)));
        return Numbers.Vector([.. axes[start..Math.Max(start, end)].Select(length => (long)length)]);

        int Place(long place) => (int)Math.Clamp(place < 0 ? place + axes.Length : place, 0, axes.Length);
    }

    static Value Viewed(Step s, Value x, Shape shape) =>
        shape.Count != x.Shape.Count
            ? throw s.Wrong($"cannot see {x.Shape} as {shape}")
            : x.Host is { } host ? host.Reshaped(shape) : s.Tape.Reshape(s.X(), shape);

    static Shape Target(Step s)
    {
        var (x, wanted, keepsZero) =
            (s.In(0).Shape, s.Ints(1, "shape") ?? throw s.Wrong("lacks its shape"), s.Node.Int("allowzero", 0) == 1);
        for (var i = 0; i < wanted.Length; i++)
            if (wanted[i] == 0 && !keepsZero) wanted[i] = i < x.Rank ? x[i] : throw s.Wrong($"copies axis {i} of {x}");
        if (Array.IndexOf(wanted, -1) is >= 0 and var open)
        {
            wanted[open] = 1;
            var rest = wanted.Aggregate(1, (n, length) => n * length);
            if (rest == 0 || x.Count % rest != 0) throw s.Wrong($"cannot see {x} with axes of [{string.Join(", ", wanted)}]");
            wanted[open] = x.Count / rest;
        }

        return Shape.From(wanted);
    }

    static Value Flatten(Step s)
    {
        var shape = s.In(0).Shape;
        if (s.Replicated) return s.Tape.Flatten(s.X());
        var axis = s.Node.Int("axis", 1) is var given && given == shape.Rank ? shape.Rank : s.Axis(given, shape.Rank);
        var rows = shape.ToArray().Take(axis).Aggregate(1, (n, length) => n * length);
        return Viewed(s, s.In(0), [rows, shape.Count / Math.Max(1, rows)]);
    }

    static Value Squeeze(Step s)
    {
        var shape = s.In(0).Shape;
        var axes = s.Ints(1, "axes")?.Select(a => s.Axis(a, shape.Rank)).ToArray()
            ?? [.. Enumerable.Range(0, shape.Rank).Where(i => shape[i] == 1)];
        return Viewed(s, s.In(0), Shape.From([.. shape.ToArray().Where((_, i) => !axes.Contains(i))]));
    }

    static Value Unsqueeze(Step s)
    {
        var axes = s.Ints(1, "axes") ?? throw s.Wrong("lacks its axes");
        var rank = s.In(0).Shape.Rank + axes.Length;
        var at = axes.Select(a => s.Axis(a, rank)).ToHashSet();
        var rest = new Queue<int>(s.In(0).Shape.ToArray());
        return Viewed(s, s.In(0), Shape.From([.. Enumerable.Range(0, rank).Select(i => at.Contains(i) ? 1 : rest.Dequeue())]));
    }

    static Value Transpose(Step s)
    {
        var shape = s.In(0).Shape;
        int[] axes = s.Node.Ints("perm") ?? [.. Enumerable.Range(0, shape.Rank).Reverse()];
        if (s.In(0).Host is not { } host) return s.Tape.Permute(s.X(), axes);
        var result = Shape.From([.. axes.Select(a => shape[a])]);
        var strides =
            Enumerable.Range(0, shape.Rank).Select(i => shape.ToArray().Skip(i + 1).Aggregate(1, (n, length) => n * length)).ToArray();
        return host.Taken(result, [.. Enumerable.Range(0, host.Count).Select(i =>
        {
            var source = 0;
            for (var axis = axes.Length - 1; axis >= 0; i /= result[axis], axis--) source += i % result[axis] * strides[axes[axis]];
            return source;
        })]);
    }

    static Value Concat(Step s)
    {
        var axis = s.Axis(s.Node.Int("axis", 0), Math.Max(1, s.In(0).Shape.Rank));
        s.Bound(Enumerable.Range(0, s.Count).Sum(i => (long)s.In(i).Shape.Count));
        if (!s.OnHost) return s.Tape.Join([.. Enumerable.Range(0, s.Count).Select(s.X)], axis);
        var parts = Enumerable.Range(0, s.Count).Select(s.Host).ToArray();
        var lengths = parts[0].Shape.ToArray();
        var outer = lengths.Take(axis).Aggregate(1, (n, length) => n * length);
        lengths[axis] = parts.Sum(p => p.Shape[axis]);
        var order = Enumerable.Range(0, outer)
            .SelectMany(
                row => parts.SelectMany(p => Enumerable.Range(row * (p.Count / outer), p.Count / outer).Select(i => (Part: p, Index: i))));
        return parts.All(p => p.Whole)
            ? new Numbers(Shape.From(lengths), (long[])[.. order.Select(o => (long)o.Part[o.Index])])
            : new Numbers(Shape.From(lengths), (float[])[.. order.Select(o => (float)o.Part[o.Index])]);
    }

    /// <summary>Takes the given indices of each axis, where -1 gives 0, and all indices of the other axes.</summary>
    static Value Chosen(Step s, Value x, Dictionary<int, int[]> indices)
    {
        var shape = x.Shape;
        int[][] all = [.. Enumerable.Range(0, shape.Rank)
            .Select(i => indices.TryGetValue(i, out var some) ? some : [.. Enumerable.Range(0, shape[i])])];
        s.Bound([.. all.Select(some => (long)some.Length)]);
        if (x.Host is { } host)
        {
            var chosen = Selection.Along(shape, all);
            return host.Taken(chosen.Output, chosen.Map.ToArray());
        }

        if (!indices.ContainsKey(0)) return s.Tape.Select(x.Device!, Selection.Along(shape.Row, all[1..]));
        var whole = Selection.Along(shape, all);
        return s.Tape.Reshape(s.Tape.Select(s.Tape.Reshape(x.Device!, shape.Times(1)), whole), whole.Output);
    }

    static Value Slice(Step s)
    {
        var shape = s.In(0).Shape;
        int[] starts = s.Ints(1, "starts") ?? throw s.Wrong("lacks its starts"),
            ends = s.Ints(2, "ends") ?? throw s.Wrong("lacks its ends");
        int[] axes = s.Ints(3, "axes") ?? [.. Enumerable.Range(0, starts.Length)],
            steps = s.Ints(4, "steps") ?? [.. Enumerable.Repeat(1, starts.Length)];
        var indices = new Dictionary<int, int[]>();
        for (var i = 0; i < starts.Length; i++)
        {
            var (axis, step) = (s.Axis(axes[i], shape.Rank), steps[i]);
            var length = shape[axis];
            if (step == 0) throw s.Wrong("has a step of 0");
            var start = starts[i] < 0 ? (long)starts[i] + length : starts[i];
            var end = ends[i] < 0 ? (long)ends[i] + length : ends[i];
            (start, end) = step > 0
                ? (Math.Clamp(start, 0, length), Math.Clamp(end, 0, length))
                : (Math.Clamp(start, -1, length - 1), Math.Clamp(end, -1, length - 1));
            var taken = new List<int>();
            for (var at = start; step > 0 ? at < end : at > end; at += step) taken.Add((int)at);
            indices[axis] = [.. taken];
        }

        return Chosen(s, s.In(0), indices);
    }

    static Value[] Split(Step s)
    {
        var shape = s.In(0).Shape;
        var axis = s.Axis(s.Node.Int("axis", 0), shape.Rank);
        var (count, length) = (s.Node.Outputs.Count, shape[axis]);
        // Equal parts; where they do not divide, the last is smaller.
        var size = (length + count - 1) / count;
        int[] lengths = s.Ints(1, "split") ?? [.. Enumerable.Range(0, count).Select(i => Math.Clamp(length - i * size, 0, size))];
        if (lengths.Sum() != length || lengths.Length != count) throw s.Wrong($"splits {length} into [{string.Join(", ", lengths)}]");
        var first = 0;
        return [.. lengths.Select(
            part => Chosen(s, s.In(0), new Dictionary<int, int[]> { [axis] = [.. Enumerable.Range((first += part) - part, part)] }))];
    }

    static Value Gather(Step s)
    {
        var (x, indices) = (s.In(0), s.Host(1));
        var axis = s.Axis(s.Node.Int("axis", 0), x.Shape.Rank);
        var length = x.Shape[axis];
        int[] places = [.. indices.Ints().Select(i => i < 0 ? i + length : i)];
        if (places.FirstOrDefault(i => i < 0 || i >= length, -1) is >= 0 and var wrong) throw s.Wrong($"takes element {wrong} of {length}");
        var lengths = x.Shape.ToArray();
        var shape = Shape.From([.. lengths[..axis], .. indices.Shape.ToArray(), .. lengths[(axis + 1)..]]);
        var chosen = Chosen(s, x, new Dictionary<int, int[]> { [axis] = places });
        return chosen.Host is { } host ? host.Reshaped(shape) : s.Tape.Reshape(chosen.Device!, shape);
    }

    static Value Repeat(Step s, Shape shape)
    {
        s.Bound(shape);
        return s.In(0).Host is { } host ? host.Taken(shape, Repeated(host.Shape, shape)) : s.Tape.Expand(s.X(), shape);
    }

    static Value Tile(Step s)
    {
        var (shape, repeats) = (s.In(0).Shape, s.Host(1).Ints());
        if (repeats.Length != shape.Rank) throw s.Wrong($"repeats {repeats.Length} axes of {shape}");
        s.Bound([.. shape.ToArray().Zip(repeats, (length, times) => (long)length * times)]);
        return Chosen(s, s.In(0), Enumerable.Range(0, shape.Rank).Where(i => repeats[i] != 1)
            .ToDictionary(i => i, i => (int[])[.. Enumerable.Range(0, shape[i] * repeats[i]).Select(at => at % shape[i])]));
    }

    static Value Pad(Step s)
    {
        var (shape, mode) = (s.In(0).Shape, s.Node.Text("mode", "constant"));
        var pads = s.Ints(1, "pads") ?? throw s.Wrong("lacks its pads");
        int[] axes = s.Has(3) ? [.. s.Host(3).Ints().Select(a => s.Axis(a, shape.Rank))] : [.. Enumerable.Range(0, shape.Rank)];
        var indices = new Dictionary<int, int[]>();
        var lengths = Array.ConvertAll(shape.ToArray(), length => (long)length);
        for (var i = 0; i < axes.Length; i++) lengths[axes[i]] += (long)pads[i] + pads[axes.Length + i];
        s.Bound(lengths);
        for (var i = 0; i < axes.Length; i++)
        {
            var (before, after, length) = (pads[i], pads[axes.Length + i], shape[axes[i]]);
            if (before != 0 || after != 0)
                indices[axes[i]] = [.. Enumerable.Range(-before, before + length + after).Select(at => Inside(at, length))];
        }

        if (indices.Count == 0) return s.In(0);
        var padded = Chosen(s, s.In(0), indices);
        var value = s.Has(2) ? (float)s.Host(2)[0] : s.Node.Float("value", 0);
        if (mode != "constant" || value == 0) return padded;
        // The border as a tensor of its own, the same for every image.
        var border = Chosen(s, new Numbers(shape, (float[])[.. Enumerable.Repeat(1f, shape.Count)]), indices).Host!;
        var added = Tape.Constant(s.Device.Upload(Array.ConvertAll(border.Floats(), v => v == 0 ? value : 0), border.Shape));
        return padded.Device is { } variable
            ? s.Tape.Plus(variable, added)
            : new Value(new Numbers(border.Shape, [.. padded.Host!.Floats().Zip(border.Floats(), (v, b) => b == 0 ? value : v)]));

        int Inside(int at, int length) => (uint)at < (uint)length ? at : mode switch
        {
            "constant" => -1,
            "edge" => Math.Clamp(at, 0, length - 1),
            "reflect" => length == 1 ? 0 : Math.Min(Wrapped(at, 2 * length - 2), 2 * length - 2 - Wrapped(at, 2 * length - 2)),
            "wrap" => Wrapped(at, length),
            _ => throw s.Wrong($"has mode {mode}; supported are constant, edge, reflect and wrap"),
        };

        static int Wrapped(int at, int length) => (at % length + length) % length;
    }

    static Value ConstantOfShape(Step s)
    {
        s.Bound(s.Host(0).Longs());
        var shape = Shape.From(s.Host(0).Ints());
        var value = s.Node.Attributes.TryGetValue("value", out var given) ? (Numbers)given : new Numbers([1], new float[1]);
        return value.Whole
            ? new Numbers(shape, (long[])[.. Enumerable.Repeat((long)value[0], shape.Count)])
            : new Numbers(shape, (float[])[.. Enumerable.Repeat((float)value[0], shape.Count)]);
    }

    static Value Range(Step s)
    {
        var (start, limit, delta) = (s.Host(0), s.Host(1)[0], s.Host(2)[0]);
        var steps = Math.Ceiling((limit - start[0]) / delta);
        if (!double.IsFinite(steps)) throw s.Wrong($"goes from {start[0]} to {limit} in steps of {delta}");
        var count = (int)Math.Clamp(steps, 0, int.MaxValue);
        s.Bound(count);
        return start.Whole
            ? new Numbers([count], (long[])[.. Enumerable.Range(0, count).Select(i => (long)(start[0] + i * delta))])
            : new Numbers([count], (float[])[.. Enumerable.Range(0, count).Select(i => (float)(start[0] + i * delta))]);
    }

    static Value Blocks(Step s, bool toSpace)
    {
        var x = s.X();
        var (n, c, h, w, b) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], (int)s.Node.Int("blocksize", 1));
        if (!toSpace)
            return s.Tape.Reshape(s.Tape.Permute(s.Tape.Reshape(x, [n, c, h / b, b, w / b, b]), [0, 3, 5, 1, 2, 4]),
                [n, c * b * b, h / b, w / b]);
        var depth = c / (b * b);
        var parted = s.Node.Text("mode", "DCR") == "DCR"
            ? s.Tape.Permute(s.Tape.Reshape(x, [n, b, b, depth, h, w]), [0, 3, 4, 1, 5, 2])
            : s.Tape.Permute(s.Tape.Reshape(x, [n, depth, b, b, h, w]), [0, 1, 4, 2, 5, 3]);
        return s.Tape.Reshape(parted, [n, depth, h * b, w * b]);
    }
}
