using Grid.Lab.Datasets;
using Grid.Lab.Models.Layers;

namespace Grid.Lab.Models.Architectures;

/// <summary>An architecture of one's own, to be trained here or to load a safetensors file into: layers, one after the other.</summary>
/// <param name="layers">Each with its settings, in order: conv, batch-norm, relu, max-pool, residual, flatten, dense and others; a last
/// dense without settings gives the classes.</param>
[Named("layers")]
public sealed class OwnLayers(IReadOnlyList<Layer> layers) : LayeredModel
{
    /// <inheritdoc/>
    protected override IReadOnlyList<Layer> Layers(ImageShape input) => layers;
}
