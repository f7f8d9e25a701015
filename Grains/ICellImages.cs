using Grid.Sweeps.Results;

namespace Grid.Grains;

/// <summary>Makes images of cells for <see cref="GridGrain"/>, which does not depend on Lab.</summary>
public interface ICellImages
{
    /// <summary>The first images behind a cell; null where there is no such cell.</summary>
    /// <exception cref="Contracts.GridException">The cell has no images, or they would take long to make.</exception>
    Task<SampleImages?> Of(string sweep, string cell, int count);
}
