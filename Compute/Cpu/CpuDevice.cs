using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Grid.Compute.Cpu.Scheduling;

namespace Grid.Compute.Cpu;

/// <summary>The managed device: SIMD kernels on one thread, or on a few. Work is split by its size alone, so the number of threads changes
/// no bit of any result. Operators throw <see cref="ArgumentException"/> on shapes that do not fit and
/// <see cref="ObjectDisposedException"/> on a disposed tensor.</summary>
public sealed unsafe partial class CpuDevice : Device
{
    readonly KernelSet _kernels;

    /// <summary>A device on the processor, with the widest instructions that it has.</summary>
    /// <param name="threads">The number of threads that share the work of one operator, 1 or more; results do not depend on it.</param>
    public CpuDevice(int threads = 1) : this(KernelSet.Available[0], threads)
    {
    }

    internal CpuDevice(KernelSet kernels, int threads = 1, BufferPool? pool = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        (_kernels, Threads, Pool) = (kernels, threads, pool ?? new());
    }

    /// <inheritdoc/>
    public override string Name => "cpu";

    /// <inheritdoc/>
    public override string InstructionSet => _kernels.Name;

    internal int Threads { get; }

    internal BufferPool Pool { get; }

    /// <inheritdoc/>
    public override Tensor Upload(ReadOnlySpan<float> values, Shape shape)
    {
        Require(values.Length == shape.Count, $"{values.Length} values do not fill {shape}.");
        var result = Make(shape);
        values.CopyTo(result.Span);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor Upload(Shape shape, RowWriter write)
    {
        var result = Make(shape);
        for (var row = 0; row < shape.Rows; row++) write(row, result.Span.Slice(row * shape.RowSize, shape.RowSize));
        return result;
    }

    /// <inheritdoc/>
    public override Tensor UploadRows(float[] values, ReadOnlyMemory<int> rows, Shape shape)
    {
        Require(rows.Length == shape.Rows, $"{rows.Length} rows do not fill {shape}.");
        var result = Make(shape);
        var target = result.Start;
        var size = shape.RowSize;
        var indices = rows.Span;
        fixed (float* source = values)
            for (var i = 0; i < indices.Length; i++, target += size)
            {
                // Rows lie anywhere: the next is on its way while this one is copied.
                if (i + 1 < indices.Length) Prefetch(source + (nint)indices[i + 1] * size, size);
                values.AsSpan(indices[i] * size, size).CopyTo(new(target, size));
            }

        return result;
    }

    static void Prefetch(float* values, int count)
    {
        if (!Sse.IsSupported) return;
        for (var i = 0; i < count; i += 16) Sse.Prefetch0(values + i);
    }

    /// <inheritdoc/>
    public override void Download(Tensor tensor, Span<float> values)
    {
        Require(values.Length == tensor.Shape.Count, $"{tensor.Shape} does not fill {values.Length} values.");
        Own(tensor).Span.CopyTo(values);
    }

    /// <inheritdoc/>
    public override Tensor Full(Shape shape, float value)
    {
        var result = Make(shape);
        result.Span.Fill(value);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor Reshape(Tensor a, Shape shape)
    {
        Require(a.Shape.Count == shape.Count, $"{a.Shape} cannot be seen as {shape}.");
        var viewed = Own(a);
        _ = viewed.Start;
        return Track(new CpuTensor(viewed, shape));
    }

    /// <inheritdoc/>
    public override void CopyInto(Tensor target, Tensor source)
    {
        RequireEqual(target, source);
        Own(source).Span.CopyTo(Own(target).Span);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Pool.Clear();
        base.Dispose();
    }

    /// <summary>Makes a tensor with undefined contents, in the innermost scope.</summary>
    CpuTensor Make(Shape shape) => Track(new CpuTensor(this, shape));

    CpuTensor Own(Tensor tensor) =>
        tensor is CpuTensor own && ReferenceEquals(own.Device, this)
            ? own
            : throw new ArgumentException($"{tensor} is not on this {Name} device.");

    static void RequireEqual(Tensor a, Tensor b) => Require(a.Shape.Equals(b.Shape), $"{a.Shape} and {b.Shape} differ.");

    static void Require(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref Complaint complaint)
    {
        if (!condition) throw new ArgumentException(complaint.ToString());
    }

    /// <summary>An interpolated string that is put together only if the condition fails.</summary>
    [InterpolatedStringHandler]
    internal ref struct Complaint
    {
        DefaultInterpolatedStringHandler _text;

        public Complaint(int literalLength, int formattedCount, bool condition, out bool wanted)
        {
            wanted = !condition;
            if (wanted) _text = new(literalLength, formattedCount);
        }

        public void AppendLiteral(string value) => _text.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

        public override string ToString() => _text.ToStringAndClear();
    }
}
