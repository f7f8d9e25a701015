using System.Runtime.CompilerServices;
using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Npgsql;

namespace Grid.Silo.Postgres;

/// <summary>
/// Keeps the rows of the cluster in PostgreSQL, in tables that people can read with SQL, see <c>Migrations</c>. It throws every error:
/// callers know what may be tried again.
/// </summary>
sealed partial class PostgresStore(NpgsqlDataSource database) : IGridStore
{
    const int Page = 1000;

    public async Task<IReadOnlyList<Versioned<CellRecord>?>> ReadCells(IReadOnlyList<CellId> cells)
    {
        var found = new Dictionary<CellId, Versioned<CellRecord>>();
        var provenances = new Dictionary<string, Provenance>();
        await using var command = database.Of(
            $"select {CellRowColumns.Columns}, cell, version from cells where id = any($1)",
            Commands.Value(cells.Select(c => c.Value).ToArray()));
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var result = CellRowColumns.Read(reader, provenances);
            var record = new CellRecord(CellRowColumns.Of<Cell>(reader.GetString(CellRowColumns.ColumnCount)), result,
                CellRowColumns.Finished(reader));
            found.Add(result.Cell, new(record, reader.GetInt64(CellRowColumns.ColumnCount + 1)));
        }

        return [.. cells.Select(c => found.GetValueOrDefault(c))];
    }

    public async Task<IReadOnlyList<bool>> WriteCells(IReadOnlyList<Versioned<CellRecord>> rows)
    {
        try
        {
            var written = new HashSet<string>();
            await using var command = database.Of(CellRowColumns.Write, CellRowColumns.Parameters(rows));
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) written.Add(reader.GetString(0));
            return [.. rows.Select(r => written.Contains(r.Value.Result.Cell.Value))];
        }
        catch (Exception e) when (IsOfTheRows(e))
        {
            throw new RowRefusedException($"PostgreSQL takes these rows as little now as later ({e.Message})", e);
        }
    }

    /// <summary>Whether a statement failed because of its rows: bad data, a broken constraint, too large a value, or invalid
    /// text.</summary>
    static bool IsOfTheRows(Exception e) => e is ArgumentException
        || (e is PostgresException { SqlState: var state } && state[..2] is "22" or "23" or "54"
            && state != PostgresErrorCodes.UniqueViolation);

    public async Task<IReadOnlyList<(int Index, bool HasFailed)>> CellsNotDone(string sweep, CancellationToken ct)
    {
        await using var command = database.Of(
            "select index, id is not null from sweep_cells s left join cells on id = s.cell "
            + "where sweep = $1 and status is distinct from 'done' order by index",
            Commands.Value(sweep));
        command.CommandTimeout = Commands.LongTimeoutSeconds;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var cells = new List<(int Index, bool HasFailed)>();
        while (await reader.ReadAsync(ct)) cells.Add((reader.GetInt32(0), reader.GetBoolean(1)));
        return cells;
    }

    public async IAsyncEnumerable<(int Index, CellResult Result, DateTimeOffset Finished)> Results(
        string sweep, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.Of(
            $"select {CellRowColumns.SlimColumns}, index from sweep_cells s join cells on id = s.cell where sweep = $1",
            Commands.Value(sweep));
        command.CommandTimeout = Commands.LongTimeoutSeconds;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var provenances = new Dictionary<string, Provenance>();
        while (true)
        {
            // Page by page away from the caller, who may be a grain: reading JSON is work.
            var page = await Task.Run(ReadPage, ct);
            foreach (var row in page) yield return row;
            if (page.Count < Page) yield break;
        }

        async Task<List<(int, CellResult, DateTimeOffset)>> ReadPage()
        {
            var page = new List<(int, CellResult, DateTimeOffset)>(Page);
            while (page.Count < Page && await reader.ReadAsync(ct))
                page.Add((reader.GetInt32(CellRowColumns.ColumnCount), CellRowColumns.Read(reader, provenances),
                    CellRowColumns.Finished(reader)));
            return page;
        }
    }
}
