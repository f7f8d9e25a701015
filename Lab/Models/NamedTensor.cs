namespace Grid.Lab.Models;

/// <summary>A tensor outside a device: what a model file holds.</summary>
/// <param name="Name">Such as conv1.weight.</param>
/// <param name="Shape">Length of each dimension; empty for a scalar.</param>
/// <param name="Values">Row-major.</param>
public sealed record NamedTensor(string Name, int[] Shape, float[] Values);
