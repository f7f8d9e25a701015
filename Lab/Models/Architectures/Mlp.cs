using System.ComponentModel.DataAnnotations;
using Grid.Lab.Datasets;
using Grid.Lab.Models.Layers;

namespace Grid.Lab.Models.Architectures;

/// <summary>One hidden layer of sigmoid units, softmax output; 784-100-10 on MNIST.</summary>
/// <param name="hidden">Units of the hidden layer.</param>
[Named("mlp")]
public sealed class Mlp([Range(1, 65536)] int hidden = 100) : LayeredModel
{
    /// <inheritdoc/>
    public override bool Together => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Layer> Layers(ImageShape input) => [new Flatten(), new Dense(hidden), new Sigmoid(), new Dense()];
}
