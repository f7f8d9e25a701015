using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Models.Architectures;

/// <summary>One hidden layer of sigmoid units, softmax output; 784-100-10 on MNIST.</summary>
/// <param name="hidden">Units of the hidden layer.</param>
[Named("mlp")]
public sealed class Mlp([Range(1, 65536)] int hidden = 100) : Model
{
    public override IReadOnlyList<ParameterSpec> Parameters(ImageShape input, int classes) =>
        [.. Layers.Dense("fc1", input.Size, hidden), .. Layers.Dense("fc2", hidden, classes)];

    public override Variable Features(Tape tape, Variable images, ReadOnlySpan<Variable> parameters) =>
        tape.Sigmoid(tape.Linear(tape.Flatten(images), parameters[0], parameters[1]));
}
