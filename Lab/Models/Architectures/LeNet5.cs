using Grid.Lab.Datasets;
using Grid.Lab.Models.Layers;

namespace Grid.Lab.Models.Architectures;

/// <summary>LeNet-5 with tanh and average pooling: 6 and 16 filters of 5x5, then 120 and 84 dense units; 61,706 parameters on
/// MNIST.</summary>
/// <remarks>LeCun et al., "Gradient-based learning applied to document recognition", 1998, with all connections and a dense
/// output.</remarks>
[Named("lenet5"), Cites("lecun1998gradient")]
public sealed class LeNet5 : LayeredModel
{
    /// <inheritdoc/>
    protected override IReadOnlyList<Layer> Layers(ImageShape input) =>
    [
        new Conv(6, kernel: 5, padding: 2), new Tanh(), new AveragePool(), new Conv(16, kernel: 5), new Tanh(), new AveragePool(),
        new Flatten(), new Dense(120), new Tanh(), new Dense(84), new Tanh(), new Dense(),
    ];
}
