namespace Grid.Lab.Models;

/// <summary>A tensor outside a device, as a model file holds it.</summary>
/// <param name="Name">The name, such as conv1.weight.</param>
/// <param name="Shape">The length of each axis; empty for a scalar.</param>
/// <param name="Values">The elements, row by row.</param>
public sealed record NamedTensor(string Name, int[] Shape, float[] Values);
