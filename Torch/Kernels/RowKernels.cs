using System.Runtime.InteropServices;

namespace Grid.Torch.Kernels;

/// <summary>A parameter on a GPU, with what an optimizer keeps of it; 0 where it keeps nothing.</summary>
/// <param name="Own">The number of elements of one network.</param>
[StructLayout(LayoutKind.Sequential)]
record struct CardParameter(nint Value, nint Gradient, nint First, nint Second, long Count, long Block, long Own);

/// <summary>The kernels of rows.cu, which says what each does.</summary>
sealed class RowKernels(KernelLibrary library)
{
    const int AtOnce = 40, Elements = 1024;

    readonly Kernel _gather = library.Build("rows.cu", "gather", 128);
    readonly Kernel _addBias = library.Build("rows.cu", "add_bias", 256);
    readonly Kernel _reluGradient = library.Build("rows.cu", "relu_gradient", 256);
    readonly Kernel _reluGradientSums = library.Build("rows.cu", "relu_gradient_sums", 256, 256 * sizeof(float));
    readonly Kernel _crossEntropy = library.Build("rows.cu", "cross_entropy", 128);
    readonly Kernel _crossEntropyGradient = library.Build("rows.cu", "cross_entropy_gradient", 128);
    readonly Kernel _logOdds = library.Build("rows.cu", "log_odds", 128);
    readonly Kernel _ascend = library.Build("rows.cu", "ascend", 256);
    readonly Kernel _ascendL2 = library.Build("rows.cu", "ascend_l2", 128, 128 * sizeof(float));
    readonly Kernel _keepBest = library.Build("rows.cu", "keep_best", 128, sizeof(float));
    readonly Kernel _uniform = library.Build("rows.cu", "uniform", 128);
    readonly Kernel _adam = library.Build("rows.cu", "adam", 256);
    readonly Kernel _descend = library.Build("rows.cu", "descend", 256);
    readonly Kernel _scatter = library.Build("rows.cu", "scatter", 128);
    readonly Kernel _combine = library.Build("rows.cu", "combine", 256);
    readonly Kernel _affine = library.Build("rows.cu", "affine", 256);
    readonly Kernel _scaleRows = library.Build("rows.cu", "scale_rows", 256);
    readonly Kernel _sumColumns = library.Build("rows.cu", "sum_columns", 256, 256 * sizeof(float));
    readonly KernelArguments _arguments = new();

    public void Gather(nint x, nint order, nint y, int rows, int length, int first, int count, int replicas, int size) =>
        _gather.Launch(count, replicas, _arguments.Clear().Add(x).Add(order).Add(y).Add(rows).Add(length).Add(first).Add(size));

    public void Scatter(nint x, nint order, nint y, int count, int rows, int size) =>
        _scatter.Launch(count, 1, _arguments.Clear().Add(x).Add(order).Add(y).Add(rows).Add(size));

    public void Combine(nint a, nint b, nint y, int count, int operation) =>
        _combine.Launch(Blocks(count, _combine), 1, _arguments.Clear().Add(a).Add(b).Add(y).Add(count).Add(operation));

    public void Affine(
        nint a, nint y, int count, float scale, float offset, float low = float.NegativeInfinity, float high = float.PositiveInfinity) =>
        _affine.Launch(Blocks(count, _affine), 1, _arguments.Clear().Add(a).Add(y).Add(count).Add(scale).Add(offset).Add(low).Add(high));

    public void ScaleRows(nint a, nint factors, nint y, int rows, int size) =>
        _scaleRows.Launch(rows, 1, _arguments.Clear().Add(a).Add(factors).Add(y).Add(size));

    public void SumColumns(nint a, nint y, int replicas, int rows, int columns) =>
        _sumColumns.Launch((columns + 31) / 32, replicas, _arguments.Clear().Add(a).Add(y).Add(rows).Add(columns));

    public void AddBias(nint y, nint bias, int replicas, int rows, int columns, bool relu) =>
        _addBias.Launch(Blocks((long)rows * columns, _addBias), replicas,
            _arguments.Clear().Add(y).Add(bias).Add(rows).Add(columns).Add(relu ? 1 : 0));

    public void ReluGradient(nint gradient, nint y, nint result, int count) =>
        _reluGradient.Launch(Blocks(count, _reluGradient), 1, _arguments.Clear().Add(gradient).Add(y).Add(result).Add(count));

    public void ReluGradientSums(nint gradient, nint y, nint result, nint sums, int replicas, int rows, int columns) =>
        _reluGradientSums.Launch((columns + 31) / 32, replicas,
            _arguments.Clear().Add(gradient).Add(y).Add(result).Add(sums).Add(rows).Add(columns));

    /// <param name="derivative">0 where it is not wanted.</param>
    public void CrossEntropy(nint logits, nint labels, nint loss, nint derivative, float weight, int rows, int classes) =>
        _crossEntropy.Launch(Blocks(rows, _crossEntropy), 1,
            _arguments.Clear().Add(logits).Add(labels).Add(loss).Add(derivative).Add(weight).Add(rows).Add(classes));

    public void CrossEntropyGradient(nint gradient, nint logits, nint labels, nint result, int rows, int classes) =>
        _crossEntropyGradient.Launch(Blocks(rows, _crossEntropyGradient), 1,
            _arguments.Clear().Add(gradient).Add(logits).Add(labels).Add(result).Add(rows).Add(classes));

    public void LogOdds(nint logits, nint labels, nint value, nint derivative, int rows, int classes) =>
        _logOdds.Launch(Blocks(rows, _logOdds), 1,
            _arguments.Clear().Add(logits).Add(labels).Add(value).Add(derivative).Add(rows).Add(classes));

    public void Ascend(nint x, nint gradient, nint step, nint low, nint high, int rows, int size) =>
        _ascend.Launch(rows, 1, _arguments.Clear().Add(x).Add(gradient).Add(step).Add(low).Add(high).Add(size));

    public void AscendL2(nint x, nint gradient, nint step, nint centre, nint radius, int rows, int size) =>
        _ascendL2.Launch(rows, 1, _arguments.Clear().Add(x).Add(gradient).Add(step).Add(centre).Add(radius).Add(size));

    public void KeepBest(nint x, nint logits, nint loss, nint labels, nint best, nint bestLoss, nint climbing, int rows, int classes,
        int size, bool toTheEnd) =>
        _keepBest.Launch(rows, 1,
            _arguments.Clear()
                .Add(x)
                .Add(logits)
                .Add(loss)
                .Add(labels)
                .Add(best)
                .Add(bestLoss)
                .Add(climbing)
                .Add(classes)
                .Add(size)
                .Add(toTheEnd ? 1 : 0));

    public void Uniform(nint y, nint keys, uint purpose, float scale, float low, int rows, int size) =>
        _uniform.Launch(rows, (size / 4 + _uniform.Threads) / _uniform.Threads,
            _arguments.Clear().Add(y).Add(keys).Add(purpose).Add(scale).Add(low).Add(size));

    /// <summary>Makes a step of Adam on all parameters.</summary>
    /// <param name="correction">The factor 1 / sqrt(1 - beta2^t) of the step t.</param>
    /// <param name="rates">The rate of each network; 0 where all have the one.</param>
    public void Adam(
        ReadOnlySpan<CardParameter> all, float rate, float correction, float beta1, float beta2, float epsilon, nint rates = 0) =>
        Optimize(_adam, all, a => a.Add(rate)
            .Add(correction)
            .Add(beta1)
            .Add((float)(1.0 - beta1))
            .Add(beta2)
            .Add((float)(1.0 - beta2))
            .Add(epsilon)
            .Add(rates));

    public void Descend(ReadOnlySpan<CardParameter> all, float rate, float momentum, nint rates = 0) =>
        Optimize(_descend, all, a => a.Add(rate).Add(momentum).Add(rates));

    void Optimize(Kernel kernel, ReadOnlySpan<CardParameter> all, Action<KernelArguments> rule)
    {
        Span<CardParameter> table = stackalloc CardParameter[AtOnce];
        for (; all.Length > 0; all = all[Math.Min(AtOnce, all.Length)..])
        {
            var (count, blocks) = (Math.Min(AtOnce, all.Length), 0L);
            table.Clear();
            for (var i = 0; i < count; i++)
            {
                table[i] = all[i] with { Block = blocks };
                blocks += (all[i].Count + Elements - 1) / Elements;
            }

            rule(_arguments.Clear().Add(MemoryMarshal.AsBytes(table)).Add(count));
            if (blocks > 0) kernel.Launch((int)blocks, 1, _arguments);
        }
    }

    static int Blocks(long count, Kernel kernel) => (int)((count + kernel.Threads - 1) / kernel.Threads);
}
