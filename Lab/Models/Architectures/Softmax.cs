using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Models.Architectures;

/// <summary>Multinomial logistic regression: one dense layer on the pixels.</summary>
[Named("softmax")]
public sealed class Softmax : Model
{
    public override IReadOnlyList<ParameterSpec> Parameters(ImageShape input, int classes) => Layers.Dense("fc1", input.Size, classes);

    public override Variable Features(Tape tape, Variable images, ReadOnlySpan<Variable> parameters) => tape.Flatten(images);
}
