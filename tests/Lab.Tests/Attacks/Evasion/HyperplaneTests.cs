using FsCheck;
using FsCheck.Fluent;
using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Iteration;

namespace Grid.Lab.Tests.Attacks.Evasion;

/// <summary>The geometry that attacks stand on, against brute force in few dimensions.</summary>
public sealed class HyperplaneTests
{
    const int Size = 6;
    const double Slack = 1e-5;

    public static TheoryData<Norm> Norms => [Norm.Linf, Norm.L2, Norm.L1];

    [Theory, MemberData(nameof(Norms))]
    public void A_step_ends_on_the_plane_and_in_the_box_and_none_is_shorter(Norm norm) => ForAll((draws, point, normal) =>
    {
        var here = Dot(normal, point);
        // Somewhere between here and the corner that is farthest along the normal, or beyond it.
        var corner = Enumerable.Range(0, Size).Sum(i => normal[i] * (normal[i] > 0 ? 1 : 0.0));
        var share = draws.NextDouble() * 1.2;
        var offset = here + share * (corner - here);
        var step = new float[Size];
        Hyperplane.Step(norm, point, normal, offset, step, new float[Hyperplane.Scratch(Size)]);
        var end = point.Zip(step, (p, s) => (double)p + s).ToArray();
        Assert.All(end, e => Assert.InRange(e, -1e-6, 1 + 1e-6));
        if (share >= 1)
        {
            Assert.All(Enumerable.Range(0, Size).Where(i => Math.Abs(normal[i]) > 1e-3),
                i => Assert.Equal(normal[i] > 0 ? 1 : 0, end[i], 1e-6));
            return;
        }

        Assert.Equal(offset, end.Zip(normal, (e, n) => e * n).Sum(), 1e-5);
        Assert.Equal(Shortest(norm, point, normal, offset), Length(norm, step), 1e-5);
    });

    [Fact]
    public void The_largest_are_kept_and_of_equals_the_first()
    {
        float[] values = [1, -3, 3, 0, 3, -2];
        HostBalls.KeepLargest(values, 2);
        Assert.Equal([0, -3, 3, 0, 0, 0], values);
        HostBalls.KeepLargest(values, 0);
        Assert.All(values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void L1_projection_is_the_nearest_point_of_the_ball() => ForAll((draws, _, change) =>
    {
        var length = (float)(0.05 + draws.NextDouble());
        var projected = (float[])change.Clone();
        HostBalls.ProjectL1(projected, length);
        IsNearest(change, projected, (other, slack) => other.Sum(Math.Abs) <= length + slack, draws);
    });

    [Fact]
    public void L1_projection_within_the_box_is_the_nearest_point_of_both() => ForAll((draws, image, change) =>
    {
        var length = (float)(0.05 + draws.NextDouble());
        var projected = (float[])change.Clone();
        HostBalls.ProjectL1(projected, image, length);
        IsNearest(change, projected,
            (other, slack) =>
                other.Sum(Math.Abs) <= length + slack && other.Zip(image, (d, x) => x + d).All(v => v >= -slack && v <= 1 + slack), draws);
    });

    /// <summary>It is within, and no small move that stays within comes nearer.</summary>
    static void IsNearest(float[] change, float[] projected, Func<float[], double, bool> within, PhiloxStream draws)
    {
        Assert.True(within(projected, Slack));
        var distance = Square(change, projected);
        for (var i = 0; i < 300; i++)
        {
            var moved = Array.ConvertAll(projected, v => v + (float)(0.02 * (draws.NextDouble() - 0.5)));
            HostBalls.ProjectL1(moved, (float)(projected.Sum(Math.Abs) * (1 - 1e-6)));
            if (within(moved, 0)) Assert.True(Square(change, moved) >= distance - 1e-5);
        }

        static double Square(float[] a, float[] b) => a.Zip(b, (x, y) => ((double)x - y) * (x - y)).Sum();
    }

    /// <summary>By the one number that all optimal steps share, scanned finely: the duals of these programmes have one variable.</summary>
    static double Shortest(Norm norm, float[] point, float[] normal, double offset)
    {
        var need = Math.Abs(Dot(normal, point) - offset);
        var up = offset > Dot(normal, point);
        var room =
            Enumerable.Range(0, Size).Select(i => normal[i] == 0 ? 0 : (normal[i] > 0) == up ? 1 - point[i] : (double)point[i]).ToArray();
        var weights = Array.ConvertAll(normal, n => (double)Math.Abs(n));
        if (norm == Norm.L1)
        {
            // A linear programme: some corner of it is best; coordinates in the order of their weight.
            var (length, left) = (0.0, need);
            foreach (var i in Enumerable.Range(0, Size).OrderByDescending(i => weights[i]))
            {
                var taken = Math.Min(room[i], weights[i] == 0 ? 0 : left / weights[i]);
                length += taken;
                left -= taken * weights[i];
            }

            return length;
        }

        var (low, high) = (0.0, 1e6);
        for (var i = 0; i < 200; i++)
        {
            var middle = (low + high) / 2;
            if (Enumerable.Range(0, Size).Sum(k => weights[k] * Moved(k, middle)) < need) low = middle;
            else high = middle;
        }

        var steps = Enumerable.Range(0, Size).Select(k => Moved(k, high)).ToArray();
        return norm == Norm.Linf ? steps.Max() : Math.Sqrt(steps.Sum(s => s * s));

        double Moved(int k, double by) => weights[k] == 0 ? 0 : Math.Min(norm == Norm.Linf ? by : by * weights[k], room[k]);
    }

    static double Length(Norm norm, float[] step) => norm switch
    {
        Norm.Linf => step.Max(Math.Abs),
        Norm.L2 => Math.Sqrt(step.Sum(s => (double)s * s)),
        _ => step.Sum(s => Math.Abs((double)s)),
    };

    static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    /// <summary>A point of the box, some coordinates at its border, and a normal with negative entries and zeros.</summary>
    static void ForAll(Action<PhiloxStream, float[], float[]> holds) => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var draws = new PhiloxStream((ulong)seed, "plane");
        var (point, normal) = (new float[Size], new float[Size]);
        draws.Fill(point, -0.2f, 1.2f);
        for (var i = 0; i < Size; i++) point[i] = Math.Clamp(point[i], 0, 1);
        draws.FillNormal(normal, 0, 1);
        if (draws.NextInt(2) == 0) normal[draws.NextInt(Size)] = 0;
        holds(draws, point, normal);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
}
