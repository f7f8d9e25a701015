using Grid.Compute.Random;

namespace Grid.Compute;

/// <summary>Operators that are made of several others, so that a device with a cost for every one of them may do them at once. By default
/// they are those operators, one after the other.</summary>
public abstract partial class Device
{
    /// <summary>Computes x weight^T + bias; all three may have a leading replica axis.</summary>
    /// <param name="x">The input, [n, in].</param>
    /// <param name="weight">The weights, [out, in].</param>
    /// <param name="bias">What is added to each row, [out].</param>
    public virtual Tensor Linear(Tensor x, Tensor weight, Tensor bias) => AddToRows(MatMul(x, weight, transposeB: true), bias);

    /// <summary>Computes ReLU of x weight^T + bias; all three may have a leading replica axis.</summary>
    /// <param name="x">The input, [n, in].</param>
    /// <param name="weight">The weights, [out, in].</param>
    /// <param name="bias">What is added to each row before ReLU, [out].</param>
    public virtual Tensor LinearRelu(Tensor x, Tensor weight, Tensor bias) => Apply(Unary.Relu, Linear(x, weight, bias));

    /// <summary>Vector-Jacobian product of ReLU, computed from its output.</summary>
    /// <param name="gradient">The derivative of what is differentiated by the output of the operator, in the shape of that output.</param>
    /// <param name="output">The output of ReLU.</param>
    public virtual Tensor ReluGradient(Tensor gradient, Tensor output) =>
        Combine(Binary.Multiply, gradient, Combine(Binary.Greater, output, Zeros(output.Shape)));

    /// <summary>Vector-Jacobian product of ReLU, as <see cref="ReluGradient"/>, and what it adds up to over the rows: the gradient of a
    /// bias that was added to each row before.</summary>
    /// <param name="gradient">The derivative of what is differentiated by the output of the operator, in the shape of that output.</param>
    /// <param name="output">The output of ReLU, [n, m]; both may have a leading replica axis.</param>
    /// <returns>The gradient, [n, m], and its sums, [m].</returns>
    public virtual (Tensor Gradient, Tensor Sums) ReluGradientSums(Tensor gradient, Tensor output)
    {
        var passed = ReluGradient(gradient, output);
        return (passed, SumColumns(passed));
    }

    /// <summary>Whether the device computes windows of a block's output by themselves, as <see cref="ConvReluPoolInto"/> does.</summary>
    public virtual bool ComputesWindows => false;

    /// <summary>Computes <see cref="ConvReluPool"/> anew, in place, where it sees the window of an input that has changed: with the bits of
    /// the whole block, for the work of that window.</summary>
    /// <param name="output">The output before the input changed, [n, o, height / 2, width / 2], which is changed.</param>
    /// <param name="x">The input, [n, c, height, width].</param>
    /// <param name="weight">The kernels, [o, c, 3, 3].</param>
    /// <param name="bias">What is added to each output channel, [o].</param>
    /// <param name="changed">For each row the rectangle of the input outside of which nothing has changed.</param>
    /// <returns>For each row the rectangle of the output that was computed.</returns>
    /// <exception cref="NotSupportedException">The device does not compute windows: <see cref="ComputesWindows"/>.</exception>
    public virtual PixelWindow[] ConvReluPoolInto(Tensor output, Tensor x, Tensor weight, Tensor bias, PixelWindow[] changed) =>
        throw new NotSupportedException();

    /// <summary>Writes a rectangle of each row of <paramref name="source"/> over <paramref name="target"/>, which has the same
    /// shape.</summary>
    /// <param name="target">The images that are overwritten there, [n, c, h, w].</param>
    /// <param name="source">The images that are copied.</param>
    /// <param name="windows">The rectangle of each row.</param>
    /// <exception cref="NotSupportedException">The device does not compute windows: <see cref="ComputesWindows"/>.</exception>
    public virtual void CopyWindowsInto(Tensor target, Tensor source, PixelWindow[] windows) => throw new NotSupportedException();

    /// <summary>The logarithm of (1 - p) / p of the label's probability p, for each row of logits with two classes or more: [n]; and its
    /// derivative by the logits, which is softmax over the other classes less one at the label: [n, k]. Null where the device has no way of
    /// its own.</summary>
    /// <param name="logits">The scores of the classes, [n, k], one row for each sample.</param>
    /// <param name="labels">The class of each sample, [n], counted from 0.</param>
    public virtual (Tensor Value, Tensor Derivative)? LogOdds(Tensor logits, Tensor labels) => null;

    /// <summary>Makes one step of Adam with bias correction (Kingma and Ba 2015, algorithm 1), in place on the parameter and both
    /// averages.</summary>
    /// <param name="parameter">The parameter, which is changed.</param>
    /// <param name="gradient">The gradient by the parameter, in its shape.</param>
    /// <param name="mean">The running average of the gradient.</param>
    /// <param name="variance">The running average of its square.</param>
    /// <param name="step">The number of the step, from 1.</param>
    /// <param name="rule">The rate and the decays of the step.</param>
    public abstract void AdamInto(Tensor parameter, Tensor gradient, Tensor mean, Tensor variance, int step, in AdamRule rule);

    /// <summary>Makes one step of descent, in place: velocity = momentum * velocity + gradient; parameter -= rate * velocity. Without a
    /// velocity it is plain descent.</summary>
    /// <param name="parameter">The parameter, which is changed.</param>
    /// <param name="gradient">The gradient by the parameter, in its shape.</param>
    /// <param name="velocity">The velocity, which is changed; null for plain descent.</param>
    /// <param name="rate">The length of a step: the learning rate, above 0.</param>
    /// <param name="momentum">The share of the velocity that a step keeps, in [0, 1).</param>
    public abstract void DescendInto(Tensor parameter, Tensor gradient, Tensor? velocity, float rate, float momentum);

    /// <summary>Makes one step of Adam on all parameters, see
    /// <see cref="AdamInto(Tensor, Tensor, Tensor, Tensor, int, in AdamRule)"/>.</summary>
    /// <param name="parameters">The parameters, which are changed.</param>
    /// <param name="gradients">The gradient of each parameter.</param>
    /// <param name="means">The running averages of the gradients.</param>
    /// <param name="variances">The running averages of their squares.</param>
    /// <param name="step">The number of the step, from 1.</param>
    /// <param name="rule">The rate and the decays of the step.</param>
    public virtual void AdamInto(Tensor[] parameters, Tensor[] gradients, Tensor[] means, Tensor[] variances, int step, in AdamRule rule)
    {
        for (var i = 0; i < parameters.Length; i++) AdamInto(parameters[i], gradients[i], means[i], variances[i], step, rule);
    }

    /// <summary>Makes one step of descent on all parameters, see
    /// <see cref="DescendInto(Tensor, Tensor, Tensor?, float, float)"/>.</summary>
    /// <param name="parameters">The parameters, which are changed.</param>
    /// <param name="gradients">The gradient of each parameter.</param>
    /// <param name="velocities">The velocity of each parameter, which is changed; null for plain descent.</param>
    /// <param name="rate">The length of a step: the learning rate, above 0.</param>
    /// <param name="momentum">The share of the velocity that a step keeps, in [0, 1).</param>
    public virtual void DescendInto(Tensor[] parameters, Tensor[] gradients, Tensor[]? velocities, float rate, float momentum)
    {
        for (var i = 0; i < parameters.Length; i++) DescendInto(parameters[i], gradients[i], velocities?[i], rate, momentum);
    }

    /// <summary>Makes one step of Adam on the parameters of several networks, which have a leading replica axis, each at a learning rate of
    /// its own; see <see cref="AdamInto(Tensor, Tensor, Tensor, Tensor, int, in AdamRule)"/>.</summary>
    /// <param name="parameters">The parameters, [r, ...], which are changed.</param>
    /// <param name="gradients">The gradient of each parameter.</param>
    /// <param name="means">The running averages of the gradients.</param>
    /// <param name="variances">The running averages of their squares.</param>
    /// <param name="step">The number of the step, from 1.</param>
    /// <param name="rule">The decays of the step; its rate is not looked at.</param>
    /// <param name="rates">The learning rate of each network, [r].</param>
    public virtual void AdamInto(
        Tensor[] parameters, Tensor[] gradients, Tensor[] means, Tensor[] variances, int step, in AdamRule rule, float[] rates)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            RequireNetworks(parameters[i], rates);
            for (var r = 0; r < rates.Length; r++)
            {
                using var scope = Scope();
                int[] own = [r];
                var (parameter, gradient) = (GatherRows(parameters[i], own), GatherRows(gradients[i], own));
                var (mean, variance) = (GatherRows(means[i], own), GatherRows(variances[i], own));
                AdamInto(parameter, gradient, mean, variance, step, rule with { Rate = rates[r] });
                ScatterRowsInto(parameters[i], own, parameter);
                ScatterRowsInto(means[i], own, mean);
                ScatterRowsInto(variances[i], own, variance);
            }
        }
    }

    /// <summary>Makes one step of descent on the parameters of several networks, which have a leading replica axis, each at a learning rate
    /// of its own; see <see cref="DescendInto(Tensor, Tensor, Tensor?, float, float)"/>.</summary>
    /// <param name="parameters">The parameters, [r, ...], which are changed.</param>
    /// <param name="gradients">The gradient of each parameter.</param>
    /// <param name="velocities">The velocity of each parameter, which is changed; null for plain descent.</param>
    /// <param name="rates">The learning rate of each network, [r].</param>
    /// <param name="momentum">The share of the velocity that a step keeps, in [0, 1).</param>
    public virtual void DescendInto(Tensor[] parameters, Tensor[] gradients, Tensor[]? velocities, float[] rates, float momentum)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            RequireNetworks(parameters[i], rates);
            for (var r = 0; r < rates.Length; r++)
            {
                using var scope = Scope();
                int[] own = [r];
                var (parameter, velocity) = (GatherRows(parameters[i], own), velocities is null ? null : GatherRows(velocities[i], own));
                DescendInto(parameter, GatherRows(gradients[i], own), velocity, rates[r], momentum);
                ScatterRowsInto(parameters[i], own, parameter);
                if (velocity is not null) ScatterRowsInto(velocities![i], own, velocity);
            }
        }
    }

    static void RequireNetworks(Tensor parameter, float[] rates)
    {
        if (parameter.Shape.Rank == 0 || parameter.Shape.Rows != rates.Length)
            throw new ArgumentException($"{rates.Length} rates do not fit {parameter}.");
    }

    /// <summary>A host array as a tensor of this device that stays there as long as the array lives, so that its rows need not be sent
    /// again. Null on a device that reads the array where it lies, or has no room for it. The caller must neither change the array nor
    /// dispose the tensor.</summary>
    /// <param name="values">The host array, row-major.</param>
    /// <param name="shape">The shape, whose leading axis counts the rows.</param>
    public virtual Tensor? Resident(float[] values, Shape shape) => null;

    /// <summary>Takes rows of a by their numbers, the entries of order [k, length] from first on, count of each of its rows, in that order:
    /// [k count, ...].</summary>
    /// <param name="a">The tensor whose rows are taken.</param>
    /// <param name="order">Numbers of rows, [k, length].</param>
    /// <param name="first">The first column of the order that is used.</param>
    /// <param name="count">The number of columns of the order that are used.</param>
    public virtual Tensor GatherRows(Tensor a, Tensor order, int first, int count)
    {
        var numbers = order.ToArray();
        return GatherRows(a,
            [.. Enumerable.Range(0, order.Shape.Rows * count)
                .Select(i => (int)numbers[(i / count * order.Shape.RowSize) + first + (i % count)])]);
    }

    /// <summary>Draws numbers uniform in [low, high). Each row is drawn from the start of a stream of its own, with the bits that
    /// <see cref="PhiloxStream.Fill"/> gives.</summary>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The bound above, which is not reached.</param>
    /// <param name="keys">The key of each row's stream; all are of one purpose.</param>
    public virtual Tensor Uniform(Shape shape, float low, float high, PhiloxKey[] keys) =>
        Upload(shape, (i, row) => new PhiloxStream(keys[i]).Fill(row, low, high));

    /// <summary>Moves each row of images, in place, by a step along the sign of its gradient, and back between low and high.</summary>
    /// <param name="images">The images that are moved, [n, ...].</param>
    /// <param name="gradient">The gradient at the images, in their shape.</param>
    /// <param name="step">The length of the step of each row, [n].</param>
    /// <param name="low">The least value of each element, in the shape of the images.</param>
    /// <param name="high">The largest value of each element, in the shape of the images.</param>
    public virtual void AscendInto(Tensor images, Tensor gradient, Tensor step, Tensor low, Tensor high) =>
        CopyInto(images,
            Combine(Binary.Minimum,
                Combine(Binary.Maximum, Combine(Binary.Add, images, ScaleRows(Apply(Unary.Sign, gradient), step)), low), high));

    /// <summary>Moves each row of images, in place, by a step along its normalised gradient, back into the Euclidean ball about its centre,
    /// and then into [0, 1]. Returns false, with nothing done, where the device has no way of its own.</summary>
    /// <param name="images">The images that are moved, [n, ...].</param>
    /// <param name="gradient">The gradient at the images, in their shape.</param>
    /// <param name="step">The length of the step of each row, [n].</param>
    /// <param name="centre">The centre of each row's ball, in the shape of the images.</param>
    /// <param name="radius">The radius of each row's ball, [n].</param>
    public virtual bool AscendEuclideanInto(Tensor images, Tensor gradient, Tensor step, Tensor centre, Tensor radius) => false;

    /// <summary>Each row's largest entries by size, the others as 0; of equal ones the first are kept. Null where the device has no way of
    /// its own.</summary>
    /// <param name="values">The values, [n, ...].</param>
    /// <param name="counts">How many entries each row keeps, [n], rounded down.</param>
    /// <param name="signs">Whether an entry that is kept becomes its sign.</param>
    public virtual Tensor? KeepLargest(Tensor values, Tensor counts, bool signs) => null;

    /// <summary>The nearest values whose difference from the centre has at most so large a sum of sizes in each row, and that are in
    /// [0, 1]; without a centre the values are the difference itself, and have no bounds. Null where the device has no way of its
    /// own.</summary>
    /// <param name="values">The values, [n, ...].</param>
    /// <param name="radius">The largest sum of sizes of each row, [n].</param>
    /// <param name="centre">The centre of each row, in the shape of the values and in [0, 1]; null for 0 without bounds.</param>
    public virtual Tensor? ProjectTaxicab(Tensor values, Tensor radius, Tensor? centre) => null;

    /// <summary>The weighted negative log-likelihood of each row's label, [n], and its derivative by the logits, [n, k], at once. Null
    /// where the device has no way of its own.</summary>
    /// <param name="logits">The scores of the classes, [n, k], one row for each sample.</param>
    /// <param name="labels">The class of each sample, [n], counted from 0.</param>
    /// <param name="weight">The weight of every row.</param>
    public virtual (Tensor Loss, Tensor Derivative)? WeightedCrossEntropy(Tensor logits, Tensor labels, float weight) => null;

    /// <summary>Keeps, in place, the best image of each row that climbs: an image becomes the best where its loss is higher, or its answer
    /// is wrong. A row whose answer is wrong no longer climbs.</summary>
    /// <param name="best">The best images so far, [n, ...], which are changed.</param>
    /// <param name="bestLoss">The losses of the best images, [n], which are changed.</param>
    /// <param name="climbing">1 for each row that still climbs, [n], which is changed.</param>
    /// <param name="images">The images of this step, [n, ...].</param>
    /// <param name="logits">The logits of the images of this step, [n, k].</param>
    /// <param name="loss">The losses of the images of this step, [n].</param>
    /// <param name="labels">The class of each sample, [n], counted from 0.</param>
    /// <param name="toTheEnd">Whether wrong answers do not count, so that rows climb to the end.</param>
    public virtual void KeepBestInto(
        Tensor best, Tensor bestLoss, Tensor climbing, Tensor images, Tensor logits, Tensor loss, Tensor labels, bool toTheEnd)
    {
        var right = toTheEnd ? Full(labels.Shape, 1) : Combine(Binary.Equal, ArgMax(logits), labels);
        var worse = Combine(Binary.Maximum, Affine(right, -1, 1), Combine(Binary.Greater, loss, bestLoss));
        var improved = Combine(Binary.Multiply, climbing, worse);
        CopyWhereInto(best, improved, images);
        CopyWhereInto(bestLoss, improved, loss);
        CopyInto(climbing, Combine(Binary.Multiply, climbing, right));
    }
}
