using Grid.Lab.Datasets;
using Grid.Lab.Models.Graph;

namespace Grid.Lab.Models.Layers;

/// <summary>An architecture of layers: the presets of the catalogue, and those that a sweep describes.</summary>
public abstract class LayeredModel : GraphModel
{
    /// <summary>The layers for inputs of this shape, from the first to the last.</summary>
    /// <param name="input">The shape of an image.</param>
    protected abstract IReadOnlyList<Layer> Layers(ImageShape input);

    private protected override OperatorGraph Build(ImageShape input, int classes) => GraphBuilder.Of(Layers(input), input, classes);
}
