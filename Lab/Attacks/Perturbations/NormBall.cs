using Grid.Compute;
using Grid.Compute.Random;

namespace Grid.Lab.Attacks.Perturbations;

/// <summary>
/// The images within a distance of given ones that stay in [0, 1]; each row has its own radius. The intersection of ball and box is reached by
/// clipping to the ball, then to the box: the box holds the centre, so this never leaves the ball.
/// </summary>
sealed class NormBall
{
    readonly Norm _norm;
    readonly Device _device;
    readonly Tensor _centre;
    readonly Tensor _radius;
    readonly Tensor? _low;
    readonly Tensor? _high;

    /// <param name="norm">What distance means.</param>
    /// <param name="centre">[n, c, h, w].</param>
    /// <param name="radius">[n].</param>
    public NormBall(Norm norm, Tensor centre, Tensor radius)
    {
        (_norm, _device, _centre, _radius) = (norm, centre.Device, centre, radius);
        if (norm != Norm.Linf) return;
        var offset = _device.ScaleRows(_device.Full(centre.Shape, 1), radius);
        _low = _device.Clamp(_device.Combine(Binary.Subtract, centre, offset), 0, 1);
        _high = _device.Clamp(_device.Combine(Binary.Add, centre, offset), 0, 1);
    }

    public Tensor Project(Tensor images)
    {
        if (_norm == Norm.Linf) return _device.Combine(Binary.Minimum, _device.Combine(Binary.Maximum, images, _low!), _high!);
        var delta = _device.Combine(Binary.Subtract, images, _centre);
        var length = Lengths(delta);
        var factor = _device.Combine(Binary.Minimum, _device.Combine(Binary.Divide, _radius, length), _device.Full(length.Shape, 1));
        return _device.Clamp(_device.Combine(Binary.Add, _centre, _device.ScaleRows(delta, factor)), 0, 1);
    }

    /// <summary>The images moved by step (a length for each row, [n]) in the direction of steepest ascent, then projected.</summary>
    public Tensor Ascend(Tensor images, Tensor gradient, Tensor step)
    {
        var direction = _norm == Norm.Linf ? _device.Apply(Unary.Sign, gradient) : Normalise(gradient);
        return Project(_device.Combine(Binary.Add, images, _device.ScaleRows(direction, step)));
    }

    /// <summary>The same in place.</summary>
    public void AscendInto(Tensor images, Tensor gradient, Tensor step)
    {
        if (_norm == Norm.Linf) _device.AscendInto(images, gradient, step, _low!, _high!);
        else if (!_device.AscendEuclideanInto(images, gradient, step, _centre, _radius)) _device.CopyInto(images, Ascend(images, gradient, step));
    }

    /// <summary>The centre moved to a random point of the ball, keyed by each row's sample and seed, and the draw: the same direction for every radius.</summary>
    public Tensor RandomPoint((int Sample, ulong Seed)[] rows, string purpose, int draw)
    {
        var purposeNumber = Philox.Hash(purpose);
        var keys = Array.ConvertAll(rows, row => new PhiloxKey(row.Seed, purposeNumber, (ulong)(uint)draw << 32 | (uint)row.Sample));
        var direction = _norm == Norm.Linf ? _device.Uniform(_centre.Shape, -1, 1, keys) : _device.Upload(_centre.Shape, (i, row) =>
        {
            // Uniform in the unit ball: a uniform direction, and a length whose size-th power is uniform.
            var stream = new PhiloxStream(keys[i]);
            var length = Math.Pow(stream.NextDouble(), 1.0 / row.Length);
            stream.FillNormal(row, 0, 1);
            var scale = (float)(length / Math.Sqrt(System.Numerics.Tensors.TensorPrimitives.SumOfSquares<float>(row)));
            System.Numerics.Tensors.TensorPrimitives.Multiply(row, scale, row);
        });
        return Project(_device.Combine(Binary.Add, _centre, _device.ScaleRows(direction, _radius)));
    }

    Tensor Lengths(Tensor a)
    {
        var squares = _device.SumRows(_device.Combine(Binary.Multiply, a, a));
        // The least float keeps 0 / 0 out: a zero gradient then moves nothing.
        return _device.Combine(Binary.Maximum, _device.Apply(Unary.Sqrt, squares), _device.Full(squares.Shape, float.Epsilon * (1 << 23)));
    }

    Tensor Normalise(Tensor a)
    {
        var lengths = Lengths(a);
        return _device.ScaleRows(a, _device.Combine(Binary.Divide, _device.Full(lengths.Shape, 1), lengths));
    }
}
