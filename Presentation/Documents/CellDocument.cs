using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Presentation.Documents;

/// <summary>Cells of a sweep in the order of its plan.</summary>
/// <param name="Total">Number of cells that match the request; the document holds some of them.</param>
/// <param name="From">Index of the first cell here among those that match.</param>
public sealed record CellsDocument(string Sweep, int Total, int From, IReadOnlyList<CellDocument> Cells);

/// <summary>A cell and what it measured.</summary>
/// <param name="Poison">The poison with its strength; empty where there is none.</param>
/// <param name="Status">Status of the cell: pending, done or failed.</param>
/// <param name="Measurements">Measurements by the names of the columns of cells.csv; empty while the cell is not done.</param>
/// <param name="Failure">The kind of its error, as a failure of a status says; null where it has not failed.</param>
/// <param name="Seconds">Seconds that the cell took; null, as are all members after it, while the cell is not finished.</param>
public sealed record CellDocument(
    string Cell,
    string Dataset,
    string Model,
    string Poison,
    string Attack,
    string Defense,
    double Strength,
    int Seed,
    string Status,
    IReadOnlyDictionary<string, MeasurementDocument> Measurements,
    double? Seconds,
    int? Attempts,
    string? Device,
    string? Host,
    string? Version,
    string? Error,
    string? Failure)
{
    /// <summary>Makes the document of the cells that are wanted.</summary>
    /// <param name="all">Every cell of the sweep, from which names are made.</param>
    public static IEnumerable<CellDocument> Of(IReadOnlyList<CellOutcome> all, IEnumerable<CellOutcome> wanted, CatalogTraits terms)
    {
        var names = new CellNames(all, terms);
        foreach (var cell in wanted)
        {
            var (name, result) = (names.Of(cell.Cell), cell.Result);
            yield return new(
                cell.Id.Value, name.Dataset, name.Model, name.Poison, name.Attack, name.Defense, cell.Cell.Strength, cell.Cell.Seed,
                cell.Status.ToString().ToLowerInvariant(),
                result?.Measurements.ToDictionary(m => m.Key, m =>
                    new MeasurementDocument(m.Value.Value, m.Value.Count, m.Value.Successes)) ?? [],
                result?.Seconds, result?.Attempts, result?.Provenance.Device, result?.Provenance.Host, result?.Provenance.Version,
                    result?.Error, result is { Status: CellStatus.Failed } ? result.Failure.Word() : null);
        }
    }
}

/// <param name="Count">Number of samples or trials behind the value; 0 if that does not apply.</param>
/// <param name="Successes">Number of successes behind a rate; null for other numbers.</param>
public sealed record MeasurementDocument(double Value, long Count, long? Successes);
