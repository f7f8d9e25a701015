using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Results;
using Npgsql;
using NpgsqlTypes;

namespace Grid.Silo.Postgres;

/// <summary>Converts results to columns and back.</summary>
static class CellRowColumns
{
    public const string Columns =
        "id, status, measurements, outcomes, confusion, seconds, attempt, provenance, error, failure, finished_at";

    /// <summary>The same columns, but only the number of classes instead of the confusion matrix, which is the largest.</summary>
    public const string SlimColumns =
        "id, status, measurements, outcomes, jsonb_array_length(confusion)::text, seconds, attempt, provenance, "
        + "error, failure, finished_at";

    public const int ColumnCount = 11;

    /// <summary>
    /// Writes rows in one statement, in order of id, so that two writers of the same rows wait for each other and do not deadlock.
    /// </summary>
    public const string Write =
        """
        insert into cells as there (id, dataset, model, attack, defense, poison, strength, seed, status, attempt, seconds, error, failure,
                                    measurements, outcomes, confusion, provenance, cell, finished_at, version)
        select id, dataset, model, attack, defense, poison, strength, seed, status, attempt, seconds, error, failure,
               measurements, outcomes, confusion, provenance, cell, finished_at, expected + 1
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
            as given (id, dataset, model, attack, defense, poison, strength, seed, status, attempt, seconds, error, failure,
                      measurements, outcomes, confusion, provenance, cell, finished_at, expected)
        where expected = 0 or exists (select from cells where cells.id = given.id)
        order by id collate "C"
        on conflict (id) do update set
            status = excluded.status, attempt = excluded.attempt, seconds = excluded.seconds, error = excluded.error,
            failure = excluded.failure, measurements = excluded.measurements,
            outcomes = excluded.outcomes, confusion = excluded.confusion, provenance = excluded.provenance,
            finished_at = excluded.finished_at, version = excluded.version
        where there.version = excluded.version - 1
        returning id
        """;

    public static NpgsqlParameter[] Parameters(IReadOnlyList<Versioned<CellRecord>> rows) =>
    [
        Column(rows, NpgsqlDbType.Text, r => r.Result.Cell.Value),
        Column(rows, NpgsqlDbType.Text, r => r.Cell.Dataset.ToString()),
        Column(rows, NpgsqlDbType.Text, r => r.Cell.Model.ToString()),
        Column(rows, NpgsqlDbType.Text, r => r.Cell.Attack.ToString()),
        Column(rows, NpgsqlDbType.Text, r => r.Cell.Defense.ToString()),
        Column(rows, NpgsqlDbType.Text, r => r.Cell.Poison is { } poison ? $"{poison.Attack} {Canonical.Number(poison.Strength)}" : null),
        Column(rows, NpgsqlDbType.Double, r => r.Cell.Strength),
        Column(rows, NpgsqlDbType.Integer, r => r.Cell.Seed),
        Column(rows, NpgsqlDbType.Text, r => Word(r.Result.Status)),
        Column(rows, NpgsqlDbType.Integer, r => r.Result.Attempts),
        Column(rows, NpgsqlDbType.Double, r => r.Result.Seconds),
        Column(rows, NpgsqlDbType.Text, r => PostgresText.Storable(r.Result.Error)),
        Column(rows, NpgsqlDbType.Text, r => r.Result.Failure is { } ? r.Result.Failure.Word() : null),
        Column(rows, NpgsqlDbType.Jsonb, r => Json(r.Result.Measurements)),
        Column(rows, NpgsqlDbType.Text,
            r => r.Result.Outcomes is { } bits ? JsonSerializer.SerializeToNode(bits, ResultJson.Options)!.GetValue<string>() : null),
        Column(rows, NpgsqlDbType.Jsonb, r => r.Result.Confusion is { } confusion ? Json(confusion) : null),
        Column(rows, NpgsqlDbType.Jsonb, r => Json(r.Result.Provenance)),
        Column(rows, NpgsqlDbType.Jsonb, r => Json(r.Cell)),
        Column(rows, NpgsqlDbType.TimestampTz, r => r.Finished.ToUniversalTime()),
        Commands.Column(rows, NpgsqlDbType.Bigint, r => r.Version),
    ];

    /// <param name="provenances">Provenances that were read before, by their text: the cells of a run share one.</param>
    public static CellResult Read(NpgsqlDataReader reader, Dictionary<string, Provenance> provenances)
    {
        var made = reader.GetString(7);
        if (!provenances.TryGetValue(made, out var provenance)) provenances.Add(made, provenance = Of<Provenance>(made));
        var status = Enum.Parse<CellStatus>(reader.GetString(1), ignoreCase: true);
        return new(
            new(reader.GetString(0)),
            status,
            Of<ImmutableSortedDictionary<string, Measurement>>(reader.GetString(2)),
            reader.TextOrNull(3) is { } bits ? JsonValue.Create(bits).Deserialize<OutcomeBits>(ResultJson.Options) : null,
            reader.TextOrNull(4) is { } confusion ? Confusion(confusion) : null,
            reader.GetDouble(5),
            reader.GetInt32(6),
            provenance,
            reader.TextOrNull(8),
            // A silo of an older version leaves the column as it finds it.
            status == CellStatus.Failed && reader.TextOrNull(9) is { } kind
                ? JsonValue.Create(kind).Deserialize<FailureKind>(ResultJson.Options)
                : null);
    }

    public static DateTimeOffset Finished(NpgsqlDataReader reader) => reader.Moment(10);

    static NpgsqlParameter Column<T>(IReadOnlyList<Versioned<CellRecord>> rows, NpgsqlDbType type, Func<CellRecord, T> of) =>
        Commands.Column(rows, type, r => of(r.Value));

    static ImmutableArray<ImmutableArray<int>> Confusion(string text) => text.StartsWith('[')
        ? Of<ImmutableArray<ImmutableArray<int>>>(text)
        : CellResult.Outline(int.Parse(text, CultureInfo.InvariantCulture));

    static string Word(CellStatus status) => status == CellStatus.Done ? "done" : "failed";

    static string Json<T>(T value) => JsonSerializer.Serialize(value, ResultJson.Options);

    public static T Of<T>(string json) => JsonSerializer.Deserialize<T>(json, ResultJson.Options)!;
}
