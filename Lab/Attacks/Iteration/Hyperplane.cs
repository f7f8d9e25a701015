using System.Numerics;
using System.Numerics.Tensors;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>The shortest step from a point of the box to a hyperplane that stays in the box.</summary>
static class Hyperplane
{
    const int Iterations = 40;
    const float Flat = 1e-8f;
    const double Rounding = 1e-6;

    /// <summary>How many floats of scratch memory a step in so many dimensions takes.</summary>
    public static int Scratch(int size) => 3 * size;

    /// <summary>
    /// Writes the step from <paramref name="point"/> to the points with &lt;normal, .&gt; = offset: the smallest in the norm that ends in
    /// the box; where none gets there, the one to the corner that comes nearest.
    /// </summary>
    public static void Step(
        Norm norm, ReadOnlySpan<float> point, ReadOnlySpan<float> normal, double offset, Span<float> step, Span<float> scratch)
    {
        var size = point.Length;
        var beyond = Dot(normal, point) - offset;
        Span<float> weights = scratch[..size], room = scratch.Slice(size, size), moved = scratch.Slice(2 * size, size);
        TensorPrimitives.Abs(normal, weights);
        Room(point, normal, beyond > 0 ? 1 : -1, norm == Norm.Linf ? float.Epsilon : Flat, room);

        var need = Math.Abs(beyond);
        if (TensorPrimitives.Dot<float>(weights, room) <= need) room.CopyTo(moved);
        else if (norm == Norm.L1) Fill(weights, room, need, moved);
        else Share(norm, weights, room, need, moved);
        // Against the sign of the weight, or along it where what is reached must grow.
        TensorPrimitives.CopySign<float>(moved, normal, step);
        if (beyond > 0) TensorPrimitives.Negate(step, step);
    }

    /// <summary>How far each coordinate may go towards the plane: down to 0 where the normal times the direction is positive, else up to
    /// 1.</summary>
    static void Room(ReadOnlySpan<float> point, ReadOnlySpan<float> normal, float direction, float least, Span<float> room)
    {
        var (turn, flat, i) = (new Vector<float>(direction), new Vector<float>(least), 0);
        for (; i <= room.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var (p, n) = (new Vector<float>(point[i..]), new Vector<float>(normal[i..]));
            var free = Vector.ConditionalSelect(Vector.GreaterThan(n * turn, Vector<float>.Zero), p, Vector<float>.One - p);
            Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(n), flat), Vector<float>.Zero, free).CopyTo(room[i..]);
        }

        for (; i < room.Length; i++) room[i] = Math.Abs(normal[i]) < least ? 0 : normal[i] * direction > 0 ? point[i] : 1 - point[i];
    }

    /// <summary>Moves every coordinate by the same amount, or by the same amount times its weight, as far as it has room.</summary>
    static void Share(Norm norm, ReadOnlySpan<float> weights, ReadOnlySpan<float> room, double need, Span<float> moved)
    {
        // What is reached grows by ever less with it, so Newton's steps come from below and meet every kink at most once.
        var by = 0f;
        for (var i = 0; i < Iterations; i++)
        {
            var (reached, slope) = norm == Norm.Linf ? Reached(weights, room, by) : ReachedByWeight(weights, room, by);
            // Nearer than single precision sums, a step is rounding alone.
            if (slope <= 0 || need - reached <= Rounding * need) break;
            by = (float)(by + (need - reached) / slope);
        }

        if (norm == Norm.Linf)
        {
            TensorPrimitives.Min(room, by, moved);
        }
        else
        {
            TensorPrimitives.Multiply(weights, by, moved);
            TensorPrimitives.Min(moved, room, moved);
        }
    }

    /// <summary>The sum of w min(by, r), and its slope.</summary>
    static (double Reached, double Slope) Reached(ReadOnlySpan<float> weights, ReadOnlySpan<float> room, float by)
    {
        var (reached, slope, limit, i) = (Vector<float>.Zero, Vector<float>.Zero, new Vector<float>(by), 0);
        for (; i <= weights.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var (w, r) = (new Vector<float>(weights[i..]), new Vector<float>(room[i..]));
            reached += w * Vector.Min(limit, r);
            slope += Vector.ConditionalSelect(Vector.GreaterThan(r, limit), w, Vector<float>.Zero);
        }

        var (sum, rise) = ((double)Vector.Sum(reached), (double)Vector.Sum(slope));
        for (; i < weights.Length; i++)
        {
            sum += weights[i] * Math.Min(by, room[i]);
            if (room[i] > by) rise += weights[i];
        }

        return (sum, rise);
    }

    /// <summary>The sum of w min(by w, r), and its slope.</summary>
    static (double Reached, double Slope) ReachedByWeight(ReadOnlySpan<float> weights, ReadOnlySpan<float> room, float by)
    {
        var (reached, slope, limit, i) = (Vector<float>.Zero, Vector<float>.Zero, new Vector<float>(by), 0);
        for (; i <= weights.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var (w, r) = (new Vector<float>(weights[i..]), new Vector<float>(room[i..]));
            reached += w * Vector.Min(limit * w, r);
            slope += Vector.ConditionalSelect(Vector.GreaterThan(r, limit * w), w * w, Vector<float>.Zero);
        }

        var (sum, rise) = ((double)Vector.Sum(reached), (double)Vector.Sum(slope));
        for (; i < weights.Length; i++)
        {
            sum += weights[i] * Math.Min(by * weights[i], room[i]);
            if (room[i] > by * weights[i]) rise += weights[i] * weights[i];
        }

        return (sum, rise);
    }

    /// <summary>Moves the coordinates of the largest weight as far as they have room, the last of them in part.</summary>
    static void Fill(ReadOnlySpan<float> weights, ReadOnlySpan<float> room, double need, Span<float> moved)
    {
        moved.Clear();
        var (order, sizes) = (Enumerable.Range(0, weights.Length).ToArray(), weights.ToArray());
        Array.Sort(sizes, order);
        for (var i = order.Length - 1; i >= 0 && need > 0; i--)
        {
            var most = (double)weights[order[i]] * room[order[i]];
            moved[order[i]] = most <= need ? room[order[i]] : (float)(need / weights[order[i]]);
            need -= most;
        }
    }

    static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => TensorPrimitives.Dot(a, b);
}
