using Grid.Lab.Datasets;
using Grid.Lab.Models.Layers;

namespace Grid.Lab.Models.Architectures;

/// <summary>A small VGG: three times two convolutions of 3x3 with batch norm and ReLU, then 2x2 max pooling, with 32, 64 and 128 filters;
/// 128 dense units with dropout.</summary>
/// <remarks>After Simonyan and Zisserman, "Very deep convolutional networks", ICLR 2015.</remarks>
[Named("vgg-small"), Cites("simonyan2015very")]
public sealed class VggSmall : LayeredModel
{
    /// <inheritdoc/>
    protected override IReadOnlyList<Layer> Layers(ImageShape input) =>
        [.. Block(32), .. Block(64), .. Block(128), new Flatten(), new Dense(128), new Relu(), new Dropout(), new Dense()];

    static Layer[] Block(int filters) =>
    [
        new Conv(filters, padding: 1, bias: false), new BatchNorm(), new Relu(), new Conv(filters, padding: 1, bias: false), new BatchNorm(), new Relu(), new MaxPool(),
    ];
}
