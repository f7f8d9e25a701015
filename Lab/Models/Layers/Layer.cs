namespace Grid.Lab.Models.Layers;

/// <summary>A layer of an architecture that a sweep describes; its constructor parameters are its settings.</summary>
public abstract class Layer
{
    /// <summary>Adds the operators of the layer to the graph.</summary>
    /// <exception cref="LabException">What comes before it has another shape than it takes.</exception>
    internal abstract void Build(GraphBuilder graph);
}
