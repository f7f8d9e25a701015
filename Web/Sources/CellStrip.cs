using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Web.Sources;

/// <summary>Images of one cell, for a reader who has not asked for any.</summary>
public sealed record CellStrip(string Cell, SampleImages Images)
{
    /// <summary>Samples of a strip.</summary>
    public const int Samples = 8;

    /// <summary>The images of a cell, under a title that names its attack.</summary>
    public static CellStrip Of(CellOutcome cell, SampleImages images)
    {
        var attack = $"{cell.Cell.Attack.Name} at {Canonical.Number(cell.Cell.Strength)}";
        var isNamed = images.Note.StartsWith(cell.Cell.Attack.Name, StringComparison.Ordinal);
        return new(cell.Id.Value, isNamed ? images : images with { Note = $"{attack}: {images.Note}" });
    }
}
