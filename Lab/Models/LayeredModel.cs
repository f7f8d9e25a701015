using Grid.Lab.Datasets;
using Grid.Lab.Models.Graph;
using Grid.Lab.Models.Layers;

namespace Grid.Lab.Models;

/// <summary>An architecture of layers: the presets of the catalogue, and those that a sweep describes.</summary>
public abstract class LayeredModel : GraphModel
{
    protected abstract IReadOnlyList<Layer> Layers(ImageShape input);

    private protected override OperatorGraph Build(ImageShape input, int classes) => GraphBuilder.Of(Layers(input), input, classes);
}
