using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Models.Graph;

namespace Grid.Lab.Models.Architectures;

/// <summary>Linear regression on one feature, trained by full-batch gradient descent: the model of the FRIENDS experiment.</summary>
/// <param name="learningRate">Step of the descent on the mean gradient.</param>
/// <param name="epochs">Full passes over the points.</param>
[Named("linear")]
public sealed class LinearRegression(
    [Range(0, 1e6, MinimumIsExclusive = true)] double learningRate = 0.1,
    [Range(1, 100_000_000)] int epochs = 10_000) : Model
{
    /// <summary>The learning rate of gradient descent.</summary>
    public double LearningRate => learningRate;

    /// <summary>The number of epochs of gradient descent in each phase.</summary>
    public int Epochs => epochs;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(ImageShape input, int classes) =>
        [new("fc1.weight", [1, input.Size], input.Size, 1), new("fc1.bias", [1], input.Size, 1)];

    /// <inheritdoc/>
    public override Variable Features(Tape tape, Variable images, ReadOnlySpan<Variable> parameters) => tape.Flatten(images);

    /// <inheritdoc/>
    public override Variable Output(Tape tape, Variable images, ReadOnlySpan<Variable> parameters, TrainingPass? training = null) =>
        tape.Linear(Features(tape, images, parameters), parameters[0], parameters[1]);
}
