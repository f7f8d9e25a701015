using Grid.Compute;

namespace Grid.Lab.Models.Graph;

static partial class Operation
{
    static Dictionary<string, Func<Step, Value[]>> Reductions() => Table(
        ("ReduceMean", s => Reduced(s, (x, axes, keep) => Mean(s, x, axes, keep))),
        ("ReduceSum", s => Reduced(s, (x, axes, keep) => Sum(s, x, axes, keep))),
        ("ReduceMax", s => Reduced(s, (x, axes, keep) => Extreme(s, x, axes, keep, largest: true))),
        ("ReduceMin", s => Reduced(s, (x, axes, keep) => Extreme(s, x, axes, keep, largest: false))),
        ("ReduceSumSquare", s => Reduced(s, (x, axes, keep) => Sum(s, s.Tape.Multiply(x, x), axes, keep))),
        ("ReduceL2", s => Reduced(s, (x, axes, keep) => s.Tape.Sqrt(Sum(s, s.Tape.Multiply(x, x), axes, keep)))),
        ("ReduceL1", s => Reduced(s, (x, axes, keep) => Sum(s, s.Tape.Abs(x), axes, keep))),
        ("ReduceProd",
            s => s.Host(0) is { Whole: true } x
                ? new Numbers(s.Node.Int("keepdims", 1) == 1 ? [1] : [], (long[])[x.Longs().Aggregate(1L, (a, b) => a * b)])
                : throw s.Wrong("is supported for shapes alone")));

    static Value Reduced(Step s, Func<Variable, int[], bool, Variable> of)
    {
        var x = s.X();
        var given = s.Ints(1, "axes");
        if (given is null or { Length: 0 } && s.Node.Int("noop_with_empty_axes", 0) == 1) return s.In(0);
        int[] axes = given is null or { Length: 0 }
            ? [.. Enumerable.Range(0, x.Shape.Rank)]
            : [.. given.Select(a => s.Axis(a, x.Shape.Rank))];
        return of(x, axes, s.Node.Int("keepdims", 1) == 1);
    }

    static Variable Mean(Step s, Variable x, int[] axes, bool keep) =>
        s.Tape.Affine(Sum(s, x, axes, keep), 1f / axes.Aggregate(1, (n, a) => n * x.Shape[a]), 0);

    static Variable Sum(Step s, Variable x, int[] axes, bool keep)
    {
        var kept = Kept(x.Shape, axes, keep: true);
        var sum = kept.Equals(x.Shape) ? x : s.Tape.SumTo(x, kept);
        return keep ? sum : s.Tape.Reshape(sum, Kept(x.Shape, axes, keep: false));
    }

    /// <summary>The largest or smallest along axes, by pooling over a line of all that are compared.</summary>
    static Variable Extreme(Step s, Variable x, int[] axes, bool keep, bool largest)
    {
        var count = axes.Aggregate(1, (n, a) => n * x.Shape[a]);
        int[] order = [.. Enumerable.Range(0, x.Shape.Rank).Except(axes), .. axes.Order()];
        var lines = s.Tape.Reshape(order.SequenceEqual(order.Order()) ? x : s.Tape.Permute(x, order), [x.Shape.Count / count, 1, 1, count]);
        if (!largest) lines = s.Tape.Affine(lines, -1, 0);
        var best = s.Tape.MaxPool(lines, new Window(1, count));
        if (!largest) best = s.Tape.Affine(best, -1, 0);
        return s.Tape.Reshape(best, Kept(x.Shape, axes, keep));
    }

    static Shape Kept(Shape shape, int[] axes, bool keep) =>
        Shape.From([.. shape.ToArray().Select((length, i) => axes.Contains(i) ? keep ? 1 : -1 : length).Where(length => length >= 0)]);
}
