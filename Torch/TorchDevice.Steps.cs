using Grid.Compute;
using Grid.Torch.Kernels;

namespace Grid.Torch;

/// <summary>Steps of optimisers and attacks that the processor does row by row.</summary>
public sealed partial class TorchDevice
{
    /// <inheritdoc/>
    public override void AdamInto(
        Tensor[] parameters, Tensor[] gradients, Tensor[] means, Tensor[] variances, int step, in AdamRule rule, float[] rates)
    {
        if (RowKernels is not { } rows)
        {
            base.AdamInto(parameters, gradients, means, variances, step, rule, rates);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        var (first, second) = (1 - Math.Pow(rule.Beta1, step), 1 - Math.Pow(rule.Beta2, step));
        using var scope = Scope();
        rows.Adam(
            Table(parameters, gradients, means, variances, rates.Length), 0, (float)(1 / Math.Sqrt(second)), rule.Beta1, rule.Beta2,
            rule.Epsilon, At(Upload(Array.ConvertAll(rates, rate => (float)(rate / first)), [rates.Length])));
    }

    /// <inheritdoc/>
    public override void DescendInto(Tensor[] parameters, Tensor[] gradients, Tensor[]? velocities, float[] rates, float momentum)
    {
        if (RowKernels is not { } rows)
        {
            base.DescendInto(parameters, gradients, velocities, rates, momentum);
            return;
        }

        using var scope = Scope();
        rows.Descend(Table(parameters, gradients, velocities, null, rates.Length), 0, momentum, At(Upload(rates, [rates.Length])));
    }

    /// <param name="networks">How many networks the parameters are of; 0 where that does not matter.</param>
    CardParameter[] Table(Tensor[] parameters, Tensor[] gradients, Tensor[]? first, Tensor[]? second, int networks = 0)
    {
        var table = new CardParameter[parameters.Length];
        for (var i = 0; i < table.Length; i++)
        {
            foreach (var other in new[] { gradients[i], first?[i], second?[i] })
                if (other is not null) RequireEqual(parameters[i], other);
            var shape = parameters[i].Shape;
            if (networks > 0 && (shape.Rank == 0 || shape.Rows != networks))
                throw new ArgumentException($"{networks} rates do not fit {parameters[i]}.");
            table[i] = new(
                At(parameters[i]), At(gradients[i]), first is null ? 0 : At(first[i]), second is null ? 0 : At(second[i]),
                shape.Count, 0, Math.Max(1, networks > 0 ? shape.RowSize : shape.Count));
        }

        return table;
    }

    /// <inheritdoc/>
    public override Tensor? KeepLargest(Tensor values, Tensor counts, bool signs)
    {
        if (values.Shape.Count == 0 || _kernels?.Sparse is not { } sparse) return null;
        RequireRows(counts, values.Shape.Rows);
        var result = Make(values.Shape);
        sparse.KeepLargest(At(values), At(counts), result.Address, values.Shape.Rows, values.Shape.RowSize, signs);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor? ProjectTaxicab(Tensor values, Tensor radius, Tensor? centre)
    {
        if (values.Shape.Count == 0 || _kernels?.Sparse is not { } sparse) return null;
        RequireRows(radius, values.Shape.Rows);
        if (centre is not null) RequireEqual(values, centre);
        var result = Make(values.Shape);
        sparse.ProjectL1(
            At(values), centre is null ? 0 : At(centre), At(radius), result.Address, values.Shape.Rows, values.Shape.RowSize);
        return result;
    }

    /// <inheritdoc/>
    public override (Tensor Loss, Tensor Derivative)? WeightedCrossEntropy(Tensor logits, Tensor labels, float weight)
    {
        if (RowKernels is not { } rows || logits.Shape.Count == 0) return null;
        RequireMatrix(logits);
        RequireRows(labels, logits.Shape.Rows);
        var (loss, derivative) = (Make(labels.Shape), Make(logits.Shape));
        rows.CrossEntropy(At(logits), At(labels), loss.Address, derivative.Address, weight, logits.Shape.Rows, logits.Shape[1]);
        return (loss, derivative);
    }
}
