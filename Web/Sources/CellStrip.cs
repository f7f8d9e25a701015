using Grid.Sweeps.Results;

namespace Grid.Web.Sources;

/// <summary>Images of one cell, for a reader who has not asked for any.</summary>
public sealed record CellStrip(string Cell, SampleImages Images)
{
    /// <summary>Samples of a strip.</summary>
    public const int Samples = 8;
}
