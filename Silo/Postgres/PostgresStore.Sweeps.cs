using System.Text.Json;
using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Npgsql;
using NpgsqlTypes;

namespace Grid.Silo.Postgres;

sealed partial class PostgresStore
{
    const string SweepColumns =
        "id, name, file, text, plan_hash, science, priority, phase, reason, cells, done, failed, submitted_at, finished_at, failed_after, "
        + "faults, owner, version";

    public async Task<Versioned<SweepRecord>?> ReadSweep(string sweep)
    {
        await using var command = database.Of($"select {SweepColumns} from sweeps where id = $1", Commands.Value(sweep));
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? new(Sweep(reader), reader.GetInt64(17)) : null;
    }

    public async Task<bool> WriteSweep(Versioned<SweepRecord> row)
    {
        var sweep = row.Value;
        await using var command = database.Of(
            $"""
            insert into sweeps as there ({SweepColumns})
            select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18 + 1
            where $18 = 0 or exists (select from sweeps where id = $1)
            on conflict (id) do update set
                name = excluded.name, file = excluded.file, text = excluded.text, plan_hash = excluded.plan_hash,
                science = excluded.science, priority = excluded.priority, phase = excluded.phase, reason = excluded.reason,
                cells = excluded.cells, done = excluded.done, failed = excluded.failed,
                submitted_at = excluded.submitted_at, finished_at = excluded.finished_at,
                failed_after = excluded.failed_after, faults = excluded.faults, owner = excluded.owner, version = excluded.version
            where there.version = excluded.version - 1
            """,
            Commands.Value(sweep.Id), Commands.Value(sweep.Name), Commands.Value(sweep.File), Commands.Value(sweep.Text),
            Commands.Value(sweep.PlanHash),
            Commands.Value(sweep.Version), Commands.Value(sweep.Priority), Commands.Value(Word(sweep.Phase)),
            Commands.Text(PostgresText.Storable(sweep.Reason)),
            Commands.Value(sweep.Cells), Commands.Value(sweep.Done), Commands.Value(sweep.Failed), Commands.Moment(sweep.Submitted),
            Commands.Moment(sweep.Finished), Commands.Moment(sweep.FailedAfter), Commands.Json(sweep.Faults), Commands.Value(sweep.Owner),
            Commands.Value(row.Version));
        return await command.ExecuteNonQueryAsync() == 1;
    }

    public async Task Enlist(string sweep, IReadOnlyList<CellId> cells)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // The list is written whole or not at all, so its first row stands for all; a second writer waits here and finds it.
        await using (var known = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended($1, 0))", connection)
        {
            CommandTimeout = Commands.LongTimeoutSeconds,
            Parameters = { Commands.Value(sweep) },
        })
        {
            await known.ExecuteNonQueryAsync();
            known.CommandText = "select exists (select from sweep_cells where sweep = $1)";
            if ((bool)(await known.ExecuteScalarAsync())!) return;
        }

        await using (var import =
            await connection.BeginBinaryImportAsync("copy sweep_cells (sweep, index, cell) from stdin (format binary)"))
        {
            import.Timeout = TimeSpan.FromSeconds(Commands.LongTimeoutSeconds);
            for (var i = 0; i < cells.Count; i++)
            {
                await import.StartRowAsync();
                await import.WriteAsync(sweep, NpgsqlDbType.Text);
                await import.WriteAsync(i, NpgsqlDbType.Integer);
                await import.WriteAsync(cells[i].Value, NpgsqlDbType.Text);
            }

            await import.CompleteAsync();
        }

        await transaction.CommitAsync();
    }

    public async Task<IReadOnlyList<SweepRecord>> Sweeps(bool runningOnly, CancellationToken ct)
    {
        var sweeps = new List<SweepRecord>();
        // Every silo asks twice a second.
        await using var command = database.Of(
            $"""
            select {SweepColumns.Replace("file, text,", "file, '',", StringComparison.Ordinal)} from sweeps
            {(runningOnly ? $"where phase in ('{Word(SweepPhase.Running)}', '{Word(SweepPhase.Planning)}')" : "")}
            order by priority desc, submitted_at, id
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) sweeps.Add(Sweep(reader));
        return sweeps;
    }

    static SweepRecord Sweep(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
        reader.GetString(5), reader.GetInt32(6),
        Enum.Parse<SweepPhase>(reader.GetString(7), ignoreCase: true), reader.TextOrNull(8), reader.GetInt32(9),
        reader.GetInt32(10), reader.GetInt32(11),
        reader.Moment(12), reader.IsDBNull(13) ? null : reader.Moment(13), reader.Moment(14),
        JsonSerializer.Deserialize<Dictionary<int, int>>(reader.GetString(15))!)
    {
        Owner = reader.GetString(16),
    };

    static string Word(SweepPhase phase) => phase switch
    {
        SweepPhase.Running => "running",
        SweepPhase.Paused => "paused",
        SweepPhase.Stopped => "stopped",
        SweepPhase.Cancelled => "cancelled",
        SweepPhase.Finished => "finished",
        SweepPhase.Planning => "planning",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "No word for it."),
    };
}
