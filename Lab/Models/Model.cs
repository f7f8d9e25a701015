using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Models;

/// <summary>An architecture: which parameters it has for given inputs, and how it computes its output from them.</summary>
public abstract class Model
{
    /// <summary>In the order in which <see cref="Output"/> takes them, with PyTorch's names and layouts.</summary>
    /// <param name="input">The shape of an image.</param>
    /// <param name="classes">The number of classes, 2 or more.</param>
    public abstract IReadOnlyList<ParameterSpec> Parameters(ImageShape input, int classes);

    /// <summary>Whether networks of it can be run as one, images and parameters with a leading replica axis.</summary>
    public virtual bool Together => false;

    /// <summary>What the last layer sees, [n, features], of images [n, c, h, w].</summary>
    /// <param name="tape">The tape that records the operation.</param>
    /// <param name="images">Images, [n, c, h, w], pixels in [0, 1].</param>
    /// <param name="parameters">The parameters, in the order of the model.</param>
    public abstract Variable Features(Tape tape, Variable images, ReadOnlySpan<Variable> parameters);

    /// <summary>Logits [n, classes] of images [n, c, h, w] (for a regression, values [n, 1]).</summary>
    /// <param name="tape">The tape that records the operation.</param>
    /// <param name="images">Images, [n, c, h, w], pixels in [0, 1].</param>
    /// <param name="parameters">The parameters, in the order of the model.</param>
    /// <param name="training">Given for a step of training, where batch norm and dropout do other than in evaluation.</param>
    public abstract Variable Output(Tape tape, Variable images, ReadOnlySpan<Variable> parameters, TrainingPass? training = null);
}

/// <param name="Name">The name, as files of models have it.</param>
/// <param name="Shape">[out, in] for dense layers, [out, in, k, k] for convolutions, [out] for biases.</param>
/// <param name="FanIn">Inputs that one output of the layer sums over.</param>
/// <param name="FanOut">Outputs that one input of the layer reaches.</param>
public sealed record ParameterSpec(string Name, Shape Shape, int FanIn, int FanOut)
{
    /// <summary>Whether it has one axis, as biases and scales have.</summary>
    public bool IsBias => Shape.Rank == 1;

    /// <summary>The value it starts with, as scales and running statistics of batch norm do; null where it is drawn.</summary>
    public float? Start { get; init; }

    /// <summary>Whether gradients change it. Running statistics move by themselves.</summary>
    public bool Trained { get; init; } = true;

    /// <summary>These values under the name and shape of the parameter.</summary>
    /// <param name="values">The elements, row-major.</param>
    public NamedTensor Named(float[] values) => new(Name, Shape.ToArray(), values);
}
