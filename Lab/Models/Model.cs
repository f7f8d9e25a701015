using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Models;

/// <summary>An architecture: which parameters it has for given inputs, and how it computes its output from them.</summary>
public abstract class Model
{
    /// <summary>In the order in which <see cref="Output"/> takes them, with PyTorch's names and layouts.</summary>
    public abstract IReadOnlyList<ParameterSpec> Parameters(ImageShape input, int classes);

    /// <summary>What the last layer sees, [n, features], of images [n, c, h, w].</summary>
    public abstract Variable Features(Tape tape, Variable images, ReadOnlySpan<Variable> parameters);

    /// <summary>Logits [n, classes] of images [n, c, h, w] (for a regression, values [n, 1]): a dense layer on the features.</summary>
    public virtual Variable Output(Tape tape, Variable images, ReadOnlySpan<Variable> parameters) =>
        tape.Linear(Features(tape, images, parameters), parameters[^2], parameters[^1]);
}

/// <summary>How a parameter starts.</summary>
public enum Start
{
    Zero,

    /// <summary>Normal with variance 2 / fan-in, for layers followed by a ReLU: He et al. 2015.</summary>
    He,

    /// <summary>Uniform with variance 2 / (fan-in + fan-out): Glorot and Bengio 2010.</summary>
    Glorot,
}

/// <param name="Shape">[out, in] for dense layers, [out, in, k, k] for convolutions.</param>
public sealed record ParameterSpec(string Name, Shape Shape, Start Start);
