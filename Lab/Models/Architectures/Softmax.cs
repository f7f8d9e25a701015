using Grid.Lab.Datasets;
using Grid.Lab.Models.Layers;

namespace Grid.Lab.Models.Architectures;

/// <summary>Multinomial logistic regression: one dense layer on the pixels.</summary>
[Named("softmax")]
public sealed class Softmax : LayeredModel
{
    /// <inheritdoc/>
    public override bool Together => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Layer> Layers(ImageShape input) => [new Flatten(), new Dense()];
}
