using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Iteration;

namespace Grid.Lab.Attacks.Perturbations;

/// <summary>
/// The images within a distance of given ones that stay in [0, 1]; each row has its own radius. The intersection of ball and box is reached
/// by clipping to the ball, then to the box: the box holds the centre, so this never leaves the ball.
/// </summary>
sealed class NormBall
{
    readonly Norm _norm;
    readonly Device _device;
    readonly Column _centre;
    readonly Column _radius;
    readonly Column? _low;
    readonly Column? _high;

    /// <summary>The ball of each row.</summary>
    /// <param name="norm">The norm: linf or l2.</param>
    /// <param name="centre">The middle of each ball, [n, c, h, w] in [0, 1].</param>
    /// <param name="radius">The radius of each ball, [n].</param>
    public NormBall(Norm norm, Tensor centre, Tensor radius)
    {
        var (low, high) = Bounds(norm, centre, radius);
        (_norm, _device, _centre, _radius) = (norm, centre.Device, new(centre), new(radius));
        (_low, _high) = (low is null ? null : new(low), high is null ? null : new(high));
    }

    /// <summary>The ball of rows some of which may leave; the bounds are those of <see cref="Bounds"/>.</summary>
    public NormBall(Norm norm, Column centre, Column radius, Column? low, Column? high) =>
        (_norm, _device, _centre, _radius, _low, _high) = (norm, centre.Value.Device, centre, radius, low, high);

    /// <summary>The least and the largest value of each pixel, for linf.</summary>
    public static (Tensor? Low, Tensor? High) Bounds(Norm norm, Tensor centre, Tensor radius)
    {
        if (norm != Norm.Linf) return (null, null);
        var offset = centre.Device.Full(centre.Shape, 1).Scale(radius);
        return ((centre - offset).Clamp(0, 1), (centre + offset).Clamp(0, 1));
    }

    public Tensor Project(Tensor images)
    {
        if (_norm == Norm.Linf) return images.Max(_low!).Min(_high!);
        var delta = images - _centre;
        var length = Lengths(delta);
        var factor = (_radius.Value / length).Min(_device.Full(length.Shape, 1));
        return (_centre.Value + delta.Scale(factor)).Clamp(0, 1);
    }

    /// <summary>The images moved in the direction of steepest ascent by a step, a length for each row [n], then projected.</summary>
    public Tensor Ascend(Tensor images, Tensor gradient, Tensor step)
    {
        var direction = _norm == Norm.Linf ? gradient.Sign() : Normalise(gradient);
        return Project(images + direction.Scale(step));
    }

    /// <summary>Moves images as <see cref="Ascend"/> does, in place.</summary>
    public void AscendInto(Tensor images, Tensor gradient, Tensor step)
    {
        if (_norm == Norm.Linf) _device.AscendInto(images, gradient, step, _low!, _high!);
        else if (!_device.AscendEuclideanInto(images, gradient, step, _centre, _radius))
            _device.CopyInto(images, Ascend(images, gradient, step));
    }

    /// <summary>The centre moved to a random point of the ball, keyed by each row's sample and seed, and the draw: the same direction for
    /// every radius.</summary>
    public Tensor RandomPoint((int Sample, ulong Seed)[] rows, string purpose, int draw)
    {
        var purposeNumber = Philox.Hash(purpose);
        var keys = Array.ConvertAll(rows, row => new PhiloxKey(row.Seed, purposeNumber, (ulong)(uint)draw << 32 | (uint)row.Sample));
        var direction = _norm == Norm.Linf
            ? _device.Uniform(_centre.Value.Shape, -1, 1, keys)
            : _device.Upload(_centre.Value.Shape, (i, row) =>
            {
                // Uniform in the unit ball: a uniform direction, and a length whose size-th power is uniform.
                var stream = new PhiloxStream(keys[i]);
                var length = Math.Pow(stream.NextDouble(), 1.0 / row.Length);
                stream.FillNormal(row, 0, 1);
                var scale = (float)(length / Math.Sqrt(System.Numerics.Tensors.TensorPrimitives.SumOfSquares<float>(row)));
                System.Numerics.Tensors.TensorPrimitives.Multiply(row, scale, row);
            });
        return Project(_centre.Value + direction.Scale(_radius));
    }

    static Tensor Lengths(Tensor a)
    {
        var squares = (a * a).SumRows();
        // The least float keeps 0 / 0 out: a zero gradient then moves nothing.
        return squares.Sqrt().Max(a.Device.Full(squares.Shape, float.Epsilon * (1 << 23)));
    }

    static Tensor Normalise(Tensor a)
    {
        var lengths = Lengths(a);
        return a.Scale(a.Device.Full(lengths.Shape, 1) / lengths);
    }
}
