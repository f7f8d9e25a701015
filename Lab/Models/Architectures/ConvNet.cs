using Grid.Lab.Datasets;
using Grid.Lab.Models.Layers;

namespace Grid.Lab.Models.Architectures;

/// <summary>Two blocks of 3x3 convolution, ReLU and 2x2 max pooling, then a dense layer of 128 ReLU units and the output.</summary>
/// <param name="first">The number of channels of the first block.</param>
/// <param name="second">The number of channels of the second block.</param>
public abstract class ConvNet(int first, int second) : LayeredModel
{
    /// <inheritdoc/>
    public override bool Together => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Layer> Layers(ImageShape input) => input.Height < 4 || input.Width < 4
        ? throw new LabException($"Images of {input.Height} x {input.Width} are too small for two poolings: 4 x 4 is the least.")
        :
        [
            new Conv(first, padding: 1), new Relu(), new MaxPool(), new Conv(second, padding: 1), new Relu(), new MaxPool(),
            new Flatten(), new Dense(128), new Relu(), new Dense(),
        ];
}
