using System.Runtime.InteropServices;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Torch.Kernels;
using TorchSharp;

namespace Grid.Torch;

/// <summary>The operators that have kernels of our own. Where those are missing, they are computed as on every device.</summary>
public sealed partial class TorchDevice
{
    // Residents take this share of the memory at most.
    const int ResidentShare = 4;

    // Numbers of rows are float32, and exact up to here.
    const int MostRows = 1 << 24;

    readonly CardKernels? _kernels;
    readonly List<(WeakReference<float[]> Values, TorchTensor Tensor)> _residents = [];

    RowKernels? RowKernels => _kernels?.Rows;

    internal KernelLibrary? KernelLibrary => _kernels?.Library;

    /// <summary>The libraries that compute, in a line.</summary>
    public string Libraries
    {
        get
        {
            var kernels = KernelLibrary is { Compiler: var compiler }
                ? $"kernels by NVRTC {compiler.Version} of {compiler.Library}"
                : "no kernels";
            var products = _kernels?.Products is { } own ? $"; matrix products by {own.Library}" : "";
            return $"libtorch of {string.Join(", ", LoadedTorch.Folders())}; {kernels}{products}";
        }
    }

    /// <summary>The kernels of a fused block, and its numbers of replicas and images; null where libtorch computes it.</summary>
    (BlockKernels Kernels, int Replicas, int Images)? Own(Shape x, Shape weight)
    {
        var (image, kernel) = (One(x, 4), One(weight, 4));
        return _kernels?.Block(image[1], kernel[0], image[2], image[3]) is { } block ? (block, x.Rank == 5 ? x[0] : 1, image[0]) : null;
    }

    (Tensor Output, Tensor Winners) Forward(
        (BlockKernels Kernels, int Replicas, int Images) own, Shape shape, Tensor x, Tensor weight, Tensor bias)
    {
        var y = Make(shape);
        var winners = Make(shape, bytes: true);
        own.Kernels.Forward(At(x), At(weight), At(bias), y.Address, winners.Address, own.Replicas, own.Images);
        return (y, winners);
    }

    TorchTensor InputGradient((BlockKernels Kernels, int Replicas, int Images) own, Tensor gradient, Tensor winners, Tensor weight, Shape x)
    {
        var result = Make(x);
        own.Kernels.InputGradient(At(gradient), Winners(winners), At(weight), result.Address, own.Replicas, own.Images);
        return result;
    }

    (Tensor Weight, Tensor Bias) WeightGradient(
        (BlockKernels Kernels, int Replicas, int Images) own, Tensor gradient, Tensor winners, Tensor x, Shape weight, Shape bias)
    {
        using var scope = Scope();
        var (ofWeight, ofBias) = (scope.Keep(Make(weight)), scope.Keep(Make(bias)));
        own.Kernels.WeightGradient(
            At(gradient), Winners(winners), At(x), At(ofWeight), At(ofBias), own.Replicas, own.Images,
            count => Make([count]).Address);
        return (ofWeight, ofBias);
    }

    nint Winners(Tensor winners) => winners is TorchTensor { IsBytes: true } own && ReferenceEquals(own.Device, this)
        ? own.Address
        : throw new ArgumentException($"{winners} are not winners of this {Name} device.");

    /// <inheritdoc/>
    public override Tensor ReluGradient(Tensor gradient, Tensor output)
    {
        if (RowKernels is not { } rows || output.Shape.Count == 0) return base.ReluGradient(gradient, output);
        RequireEqual(gradient, output);
        var result = Make(output.Shape);
        rows.ReluGradient(At(gradient), At(output), result.Address, output.Shape.Count);
        return result;
    }

    /// <inheritdoc/>
    public override (Tensor Gradient, Tensor Sums) ReluGradientSums(Tensor gradient, Tensor output)
    {
        if (RowKernels is not { } rows || output.Shape.Count == 0) return base.ReluGradientSums(gradient, output);
        RequireMatrices(output);
        RequireEqual(gradient, output);
        var (result, sums) = (Make(output.Shape), Make(Row(output.Shape)));
        var replicas = output.Shape.Rank == 3 ? output.Shape[0] : 1;
        rows.ReluGradientSums(At(gradient), At(output), result.Address, sums.Address, replicas,
            output.Shape.Count / sums.Shape.Count, sums.Shape.Count / replicas);
        return (result, sums);
    }

    /// <inheritdoc/>
    public override void AdamInto(Tensor[] parameters, Tensor[] gradients, Tensor[] means, Tensor[] variances, int step, in AdamRule rule)
    {
        if (RowKernels is not { } rows)
        {
            base.AdamInto(parameters, gradients, means, variances, step, rule);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        rows.Adam(
            Table(parameters, gradients, means, variances), (float)(rule.Rate / (1 - Math.Pow(rule.Beta1, step))),
            (float)(1 / Math.Sqrt(1 - Math.Pow(rule.Beta2, step))),
            rule.Beta1, rule.Beta2, rule.Epsilon);
    }

    /// <inheritdoc/>
    public override void DescendInto(Tensor[] parameters, Tensor[] gradients, Tensor[]? velocities, float rate, float momentum)
    {
        if (RowKernels is { } rows) rows.Descend(Table(parameters, gradients, velocities, null), rate, momentum);
        else base.DescendInto(parameters, gradients, velocities, rate, momentum);
    }

    /// <summary>Keeps a host array on the device until the array is gone; the oldest arrays give way when room is short.</summary>
    public override Tensor? Resident(float[] values, Shape shape)
    {
        if (RowKernels is null || shape.Count != values.Length || shape.Rows > MostRows) return null;
        for (var i = _residents.Count - 1; i >= 0; i--)
        {
            if (_residents[i].Values.TryGetTarget(out var known))
            {
                if (ReferenceEquals(known, values)) return _residents[i].Tensor.Shape.Equals(shape) ? _residents[i].Tensor : null;
                continue;
            }

            _residents[i].Tensor.Dispose();
            _residents.RemoveAt(i);
        }

        var bytes = sizeof(float) * (long)values.Length;
        if (bytes + _residents.Sum(r => sizeof(float) * (long)r.Tensor.Shape.Count) > Memory / ResidentShare) return null;
        try
        {
            // Its memory is not counted: it is no work's own.
            var tensor = new TorchTensor(this, shape,
                Guarded(() => torch.empty(Axes(shape), torch.ScalarType.Float32, _home).DetachFromDisposeScope()), view: true);
            if (values.Length > 0) _kernels!.Driver.Send(tensor.Address, MemoryMarshal.AsBytes<float>(values));
            _residents.Add((new(values), tensor));
            return tensor;
        }
        catch (CardMemoryException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override Tensor UploadRows(float[] values, ReadOnlyMemory<int> rows, Shape shape)
    {
        if (rows.Length != shape.Rows || shape.Count == 0 || values.Length % shape.RowSize != 0
            || Resident(values, shape.WithRows(values.Length / shape.RowSize)) is not { } all)
            return base.UploadRows(values, rows, shape);
        using var scope = Scope();
        var numbers = Upload(Array.ConvertAll(rows.ToArray(), row => (float)row), [1, rows.Length]);
        return scope.Keep(GatherRows(all, numbers, 0, rows.Length));
    }

    /// <inheritdoc/>
    public override Tensor GatherRows(Tensor a, Tensor order, int first, int count)
    {
        if (RowKernels is not { } rows) return base.GatherRows(a, order, first, count);
        if (order.Shape.Rank != 2 || first < 0 || count < 0 || first + count > order.Shape[1])
            throw new ArgumentException($"{order.Shape} has no {count} entries from {first} on.");
        var result = Make(a.Shape.WithRows(order.Shape[0] * count));
        if (result.Shape.Count > 0)
            rows.Gather(At(a), At(order), result.Address, a.Shape.Rows, order.Shape[1], first, count, order.Shape[0], a.Shape.RowSize);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor Uniform(Shape shape, float low, float high, PhiloxKey[] keys)
    {
        if (RowKernels is not { } rows || shape.Count == 0) return base.Uniform(shape, low, high, keys);
        if (keys.Length != shape.Rows || keys.Any(k => k.Purpose != keys[0].Purpose))
            throw new ArgumentException($"{keys.Length} keys do not fit {shape}, or differ in purpose.");
        var result = Make(shape);
        // Two words of 8 bytes for each row.
        using var sent = Unowned([keys.Length, 4]);
        for (var done = 0; done < keys.Length;)
        {
            var some = keys.AsSpan(done, Math.Min(keys.Length - done, StagingBuffer.Most / (2 * sizeof(ulong))));
            var words = _kernels!.Staging.Take<ulong>(2 * some.Length);
            for (var i = 0; i < some.Length; i++) (words[2 * i], words[(2 * i) + 1]) = (some[i].Seed, some[i].Index);
            _kernels.Staging.Send(sent.Address + (2 * sizeof(ulong) * done), words);
            done += some.Length;
        }

        rows.Uniform(result.Address, sent.Address, keys[0].Purpose, (high - low) / (1 << 24), low, shape.Rows, shape.RowSize);
        return result;
    }

    /// <inheritdoc/>
    public override void AscendInto(Tensor images, Tensor gradient, Tensor step, Tensor low, Tensor high)
    {
        if (RowKernels is not { } rows || images.Shape.Count == 0)
        {
            base.AscendInto(images, gradient, step, low, high);
            return;
        }

        foreach (var other in new[] { gradient, low, high }) RequireEqual(images, other);
        RequireRows(step, images.Shape.Rows);
        rows.Ascend(At(images), At(gradient), At(step), At(low), At(high), images.Shape.Rows, images.Shape.RowSize);
    }

    /// <inheritdoc/>
    public override (Tensor Value, Tensor Derivative)? LogOdds(Tensor logits, Tensor labels)
    {
        if (RowKernels is not { } rows || logits.Shape.Count == 0) return null;
        RequireMatrix(logits);
        RequireRows(labels, logits.Shape.Rows);
        var (value, derivative) = (Make(labels.Shape), Make(logits.Shape));
        rows.LogOdds(At(logits), At(labels), value.Address, derivative.Address, logits.Shape.Rows, logits.Shape[1]);
        return (value, derivative);
    }

    /// <inheritdoc/>
    public override bool AscendEuclideanInto(Tensor images, Tensor gradient, Tensor step, Tensor centre, Tensor radius)
    {
        if (RowKernels is not { } rows || images.Shape.Count == 0) return false;
        foreach (var other in new[] { gradient, centre }) RequireEqual(images, other);
        foreach (var own in new[] { step, radius }) RequireRows(own, images.Shape.Rows);
        rows.AscendL2(At(images), At(gradient), At(step), At(centre), At(radius), images.Shape.Rows, images.Shape.RowSize);
        return true;
    }

    /// <inheritdoc/>
    public override void KeepBestInto(
        Tensor best, Tensor bestLoss, Tensor climbing, Tensor images, Tensor logits, Tensor loss, Tensor labels, bool toTheEnd)
    {
        if (RowKernels is not { } rows || images.Shape.Count == 0)
        {
            base.KeepBestInto(best, bestLoss, climbing, images, logits, loss, labels, toTheEnd);
            return;
        }

        RequireEqual(best, images);
        RequireMatrix(logits);
        foreach (var own in new[] { bestLoss, climbing, loss, labels }) RequireRows(own, images.Shape.Rows);
        rows.KeepBest(At(images), At(logits), At(loss), At(labels), At(best), At(bestLoss), At(climbing), images.Shape.Rows,
            logits.Shape[1], images.Shape.RowSize, toTheEnd);
    }

    /// <summary>Makes a tensor whose contents are undefined.</summary>
    TorchTensor Make(Shape shape, bool bytes = false) => Track(Unowned(shape, bytes));

    /// <summary>Makes a tensor whose contents are undefined, in no scope.</summary>
    TorchTensor Unowned(Shape shape, bool bytes = false)
    {
        try
        {
            return new(this, shape, Guarded(() => _buffers.Take(shape.Count, bytes)), _buffers);
        }
        catch (CardMemoryException)
        {
            _buffers.Clear();
            return new(this, shape, Guarded(() => _buffers.Take(shape.Count, bytes)), _buffers);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var (_, tensor) in _residents) tensor.Dispose();
        _residents.Clear();
        _buffers.Clear();
        base.Dispose();
    }

    TorchTensor Filled(Shape shape, float value)
    {
        var result = Make(shape);
        _kernels!.Driver.Fill(result.Address, value, shape.Count);
        return result;
    }

    internal nint At(Tensor tensor) =>
        tensor is TorchTensor own && ReferenceEquals(own.Device, this)
            ? own.Address
            : throw new ArgumentException($"{tensor} is not on this {Name} device.");
}
