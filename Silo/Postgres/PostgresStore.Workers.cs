using Grid.Grains.Storage;
using NpgsqlTypes;

namespace Grid.Silo.Postgres;

sealed partial class PostgresStore
{
    public async Task Beat(IReadOnlyList<WorkerRecord> workers, CancellationToken ct)
    {
        await using var command = database.Of(
            """
            with gone as (
                delete from workers
                where worker in (
                    select worker from workers
                    where seen_at < (select max(seen) - interval '1 day' from unnest($8) seen) and worker <> all($1)
                    for update skip locked))
            insert into workers as there (worker, device, memory_bytes, cells, cells_per_hour, doing, started_at, seen_at, state)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) as given (worker) order by worker collate "C"
            on conflict (worker) do update set
                device = excluded.device, memory_bytes = excluded.memory_bytes, cells = excluded.cells,
                cells_per_hour = excluded.cells_per_hour, doing = excluded.doing,
                started_at = excluded.started_at, seen_at = excluded.seen_at, state = excluded.state
            """,
            Commands.Column(workers, NpgsqlDbType.Text, w => w.Worker),
            Commands.Column(workers, NpgsqlDbType.Text, w => w.Device),
            Commands.Column(workers, NpgsqlDbType.Bigint, w => w.MemoryBytes),
            Commands.Column(workers, NpgsqlDbType.Bigint, w => w.Cells),
            Commands.Column(workers, NpgsqlDbType.Double, w => w.CellsPerHour),
            Commands.Column(workers, NpgsqlDbType.Text, w => PostgresText.Storable(w.Doing)),
            Commands.Column(workers, NpgsqlDbType.TimestampTz, w => w.Started.ToUniversalTime()),
            Commands.Column(workers, NpgsqlDbType.TimestampTz, w => w.Seen.ToUniversalTime()),
            Commands.Column(workers, NpgsqlDbType.Text, w => w.State));
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<IReadOnlyList<WorkerRecord>> Workers(DateTimeOffset since, CancellationToken ct)
    {
        var workers = new List<WorkerRecord>();
        await using var command = database.Of(
            "select worker, device, memory_bytes, cells, cells_per_hour, doing, started_at, seen_at, "
            + "state from workers where seen_at >= $1 order by worker",
            Commands.Moment(since));
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            workers.Add(new(
                reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetDouble(4),
                reader.GetString(5), reader.Moment(6),
                reader.Moment(7), reader.GetString(8)));
        }

        return workers;
    }
}
