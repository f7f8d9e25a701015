using System.Runtime.InteropServices;
using Grid.Compute;
using Grid.Torch.Kernels;
using TorchSharp;

namespace Grid.Torch;

/// <summary>A device on libtorch. Every operator runs in a dispose scope of its own, which frees what it made on the way; its result
/// belongs to the <see cref="Scope"/> it was made in. Operators are queued on the GPU; only <see cref="Download"/> waits for it. Equal runs
/// may differ in their last bits on CUDA where libtorch takes sums in any order; our own kernels never do so.</summary>
public sealed partial class TorchDevice : Device
{
    readonly torch.Device _home;
    readonly CardBuffers _buffers;

    /// <summary>A device on libtorch.</summary>
    /// <param name="name">The name of the device, as results show it.</param>
    /// <param name="instructionSet">The name of the GPU, or of the library.</param>
    /// <param name="home">The device on which libtorch computes.</param>
    /// <param name="options">The options, some of which hold for the whole process.</param>
    /// <param name="memory">The GPU's memory in bytes, from which what is taken already is subtracted.</param>
    /// <param name="kernels">Kernels of our own; null where they cannot be had.</param>
    internal TorchDevice(
        string name, string instructionSet, torch.Device home, TorchOptions options, long memory = 0, CardKernels? kernels = null)
    {
        (Name, _home, _kernels, _buffers) = (name, home, kernels, new(home));
        InstructionSet =
            string.Join(' ', new[] { instructionSet, options.Tf32 ? "tf32" : null, kernels?.Name }.Where(part => part is not null));
        Replicas = options.Replicas ?? 64;
        if (!OnCard)
        {
            Memory /= options.Slots;
            return;
        }

        torch.backends.cuda.matmul.allow_tf32 = options.Tf32;
        torch.backends.cudnn.allow_tf32 = options.Tf32;
        // The driver answers for the card that this thread has used last.
        torch.zeros(1, device: home).Dispose();
        Memory = (CudaDriver.FreeMemory() ?? memory) / options.Slots;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string InstructionSet { get; }

    /// <inheritdoc/>
    public override int Rows => _kernels is not null ? 8192 : OnCard ? 4096 : base.Rows;

    /// <inheritdoc/>
    public override int StepsPerLook => 10;

    bool OnCard => _home.type == DeviceType.CUDA;

    /// <inheritdoc/>
    public override Tensor Upload(ReadOnlySpan<float> values, Shape shape)
    {
        if (values.Length != shape.Count) throw new ArgumentException($"{values.Length} values do not fill {shape}.");
        if (_kernels is not null && shape.Count > 0) return Sent(values, shape);
        // A span may not enter a lambda.
        using var host = Hosted(torch.ScalarType.Float32, Axes(shape));
        values.CopyTo(MemoryMarshal.Cast<byte, float>(host.bytes));
        return Run(shape, () => Sent(host));
    }

    /// <inheritdoc/>
    public override Tensor Upload(Shape shape, RowWriter write)
    {
        if (_kernels is not null && shape.Count > 0) return Sent(shape, write);
        using var host = Hosted(torch.ScalarType.Float32, Axes(shape));
        var target = MemoryMarshal.Cast<byte, float>(host.bytes);
        for (var row = 0; row < shape.Rows; row++) write(row, target.Slice(row * shape.RowSize, shape.RowSize));
        return Run(shape, () => Sent(host));
    }

    /// <inheritdoc/>
    public override void Download(Tensor tensor, Span<float> values)
    {
        if (values.Length != tensor.Shape.Count) throw new ArgumentException($"{tensor.Shape} does not fill {values.Length} values.");
        if (_kernels is { } own && values.Length > 0)
        {
            own.Driver.Fetch(MemoryMarshal.AsBytes(values), At(tensor));
            return;
        }

        using var host = Value(tensor).cpu();
        MemoryMarshal.Cast<byte, float>(host.bytes).CopyTo(values);
    }

    /// <inheritdoc/>
    public override Tensor Full(Shape shape, float value) =>
        _kernels is not null && shape.Count > 0
            ? Filled(shape, value)
            : Run(shape, () => torch.full(Axes(shape), value, torch.ScalarType.Float32, _home));

    /// <inheritdoc/>
    public override Tensor Reshape(Tensor a, Shape shape)
    {
        if (a.Shape.Count != shape.Count) throw new ArgumentException($"{a.Shape} cannot be seen as {shape}.");
        _ = At(a);
        return Track(new TorchTensor((TorchTensor)a, shape));
    }

    /// <inheritdoc/>
    public override Tensor Transpose(Tensor a)
    {
        var axes = Axes(a.Shape);
        if (axes.Length < 2) throw new ArgumentException($"{a.Shape} has no two axes to swap.");
        (axes[^2], axes[^1]) = (axes[^1], axes[^2]);
        return Run(Shape.From(Array.ConvertAll(axes, axis => (int)axis)),
            () => torch.empty(axes, torch.ScalarType.Float32, _home).copy_(Value(a).transpose(-2, -1)));
    }

    /// <inheritdoc/>
    public override void CopyInto(Tensor target, Tensor source)
    {
        RequireEqual(target, source);
        if (_kernels is { } own) own.Driver.Copy(At(target), At(source), sizeof(float) * (long)source.Shape.Count);
        else Run(() => Value(target).copy_(Value(source)));
    }

    /// <summary>Takes host memory that a GPU can read while the host goes on.</summary>
    torch.Tensor Hosted(torch.ScalarType type, long[] axes)
    {
        var host = torch.empty(axes, type, torch.CPU);
        if (!OnCard) return host;
        using (host) return host.pin_memory();
    }

    torch.Tensor Sent(torch.Tensor host) => OnCard ? host.to(_home, non_blocking: true) : host.alias();

    /// <summary>Runs an operator and takes over what it returns, which shares no memory with an input unless it is a view.</summary>
    TorchTensor Run(Shape shape, Func<torch.Tensor> compute, bool view = false)
    {
        using var temporaries = torch.NewDisposeScope();
        return Take(shape, Guarded(compute), view);
    }

    void Run(Func<torch.Tensor> compute)
    {
        using var temporaries = torch.NewDisposeScope();
        Guarded(compute);
    }

    TorchTensor Take(Shape shape, torch.Tensor value, bool view = false) =>
        Track(new TorchTensor(this, shape, (value.is_contiguous() ? value : value.contiguous()).DetachFromDisposeScope(), view));

    T Guarded<T>(Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (ExternalException e) when (e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || e.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase))
        {
            throw new CardMemoryException($"Out of memory on {Name}: {e.Message.Split('\n')[0]}", e);
        }
    }

    torch.Tensor Value(Tensor tensor) =>
        tensor is TorchTensor own && ReferenceEquals(own.Device, this)
            ? own.Value
            : throw new ArgumentException($"{tensor} is not on this {Name} device.");

    internal static long[] Axes(Shape shape)
    {
        var axes = new long[shape.Rank];
        for (var i = 0; i < axes.Length; i++) axes[i] = shape[i];
        return axes;
    }

    static void RequireEqual(Tensor a, Tensor b)
    {
        if (!a.Shape.Equals(b.Shape)) throw new ArgumentException($"{a.Shape} and {b.Shape} differ.");
    }

    static void RequireRows(Tensor vector, int length)
    {
        if (vector.Shape.Rank != 1 || vector.Shape[0] != length)
            throw new ArgumentException($"{vector.Shape} is not a vector of {length}.");
    }

    /// <summary>Requires a matrix, or one for each replica.</summary>
    static void RequireMatrices(Tensor a)
    {
        if (a.Shape.Rank is not (2 or 3)) throw new ArgumentException($"{a.Shape} is not a matrix.");
    }

    static void RequireMatrix(Tensor a)
    {
        if (a.Shape.Rank != 2) throw new ArgumentException($"{a.Shape} is not a matrix.");
    }
}
