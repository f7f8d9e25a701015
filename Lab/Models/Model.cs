using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Models;

/// <summary>An architecture: which parameters it has for given inputs, and how it computes its output from them.</summary>
public abstract class Model
{
    /// <summary>The parameters, in the order in which <see cref="Output"/> takes them, with PyTorch's names and layouts.</summary>
    /// <param name="input">The shape of an image.</param>
    /// <param name="classes">The number of classes, 2 or more.</param>
    public abstract IReadOnlyList<ParameterSpec> Parameters(ImageShape input, int classes);

    /// <summary>Whether several networks of this architecture can be run as one, with a leading replica axis on images and
    /// parameters.</summary>
    public virtual bool Together => false;

    /// <summary>What the last layer sees of images [n, c, h, w]: [n, features].</summary>
    /// <param name="tape">The tape that records the operation.</param>
    /// <param name="images">The images, [n, c, h, w], pixels in [0, 1].</param>
    /// <param name="parameters">The parameters, in the order of the model.</param>
    public abstract Variable Features(Tape tape, Variable images, ReadOnlySpan<Variable> parameters);

    /// <summary>The logits [n, classes] of images [n, c, h, w]; for a regression, values [n, 1].</summary>
    /// <param name="tape">The tape that records the operation.</param>
    /// <param name="images">The images, [n, c, h, w], pixels in [0, 1].</param>
    /// <param name="parameters">The parameters, in the order of the model.</param>
    /// <param name="training">The pass of a training step, where batch norm and dropout do other than in evaluation; null in
    /// evaluation.</param>
    public abstract Variable Output(Tape tape, Variable images, ReadOnlySpan<Variable> parameters, TrainingPass? training = null);

    /// <summary>The pass of images, [n, c, h, w], that have changed in a rectangle; null where there is no shorter way than the whole
    /// pass.</summary>
    internal virtual LocalPass? Local(Shape images, Device device, Variable[] parameters) => null;
}

/// <summary>A parameter of an architecture.</summary>
/// <param name="Name">The name, as files of models have it.</param>
/// <param name="Shape">The shape: [out, in] for dense layers, [out, in, k, k] for convolutions, [out] for biases.</param>
/// <param name="FanIn">The number of inputs that one output of the layer sums over.</param>
/// <param name="FanOut">The number of outputs that one input of the layer reaches.</param>
public sealed record ParameterSpec(string Name, Shape Shape, int FanIn, int FanOut)
{
    /// <summary>Whether the parameter has a single axis, as biases and scales have.</summary>
    public bool IsBias => Shape.Rank == 1;

    /// <summary>The value that the parameter starts with, as scales and running statistics of batch norm do; null where it is
    /// drawn.</summary>
    public float? Start { get; init; }

    /// <summary>Whether gradients change the parameter. Running statistics move by themselves.</summary>
    public bool Trained { get; init; } = true;

    /// <summary>A tensor of values under the name and shape of the parameter.</summary>
    /// <param name="values">The elements, row-major.</param>
    public NamedTensor Named(float[] values) => new(Name, Shape.ToArray(), values);
}
