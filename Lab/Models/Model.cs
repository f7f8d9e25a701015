using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Models;

/// <summary>An architecture: which parameters it has for given inputs, and how it computes its output from them.</summary>
public abstract class Model
{
    /// <summary>Whether it is trained here, as others are, to a network that cells may share; else it brings its own or is fitted in each trial.</summary>
    public virtual bool IsTrained => true;

    /// <summary>In the order in which <see cref="Output"/> takes them, with PyTorch's names and layouts.</summary>
    public abstract IReadOnlyList<ParameterSpec> Parameters(ImageShape input, int classes);

    /// <summary>What the last layer sees, [n, features], of images [n, c, h, w].</summary>
    public abstract Variable Features(Tape tape, Variable images, ReadOnlySpan<Variable> parameters);

    /// <summary>Logits [n, classes] of images [n, c, h, w] (for a regression, values [n, 1]): a dense layer on the features.</summary>
    public virtual Variable Output(Tape tape, Variable images, ReadOnlySpan<Variable> parameters) =>
        tape.Linear(Features(tape, images, parameters), parameters[^2], parameters[^1]);
}

/// <param name="Shape">[out, in] for dense layers, [out, in, k, k] for convolutions, [out] for biases.</param>
/// <param name="FanIn">Inputs that one output of the layer sums over.</param>
/// <param name="FanOut">Outputs that one input of the layer reaches.</param>
public sealed record ParameterSpec(string Name, Shape Shape, int FanIn, int FanOut)
{
    public bool IsBias => Shape.Rank == 1;

    public NamedTensor Named(float[] values) => new(Name, [.. Axes()], values);

    IEnumerable<int> Axes()
    {
        foreach (var axis in Shape) yield return axis;
    }
}
