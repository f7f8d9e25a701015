using Npgsql;

namespace Grid.Silo.Postgres;

/// <summary>Brings a database to the schema that this version expects, and checks whether it has it.</summary>
static class Migrator
{
    // Any number, as long as it is the same for everybody who migrates this database.
    const long Lock = 0x67726964;

    // Other processes may be migrating, and a change of a large table takes long.
    const int TimeoutSeconds = 600;

    const string Remedy = "run 'dotnet run --project Silo -- migrate'";

    /// <summary>
    /// Applies missing migrations in order, each whole or not at all. Running it twice, or several at once, is safe.
    /// </summary>
    /// <param name="log">Gets a line for each migration that is applied.</param>
    /// <returns>The number of migrations that were applied.</returns>
    /// <exception cref="MigrationException">The database is not one that this version can migrate.</exception>
    public static Task<int> Apply(NpgsqlDataSource database, Action<string> log, CancellationToken ct) =>
        Apply(database, Migration.All, log, ct);

    /// <summary>Null if the database is as this version expects, else what is wrong and what to do, in one line.</summary>
    public static Task<string?> Check(NpgsqlDataSource database, CancellationToken ct) => Check(database, Migration.All, ct);

    internal static async Task<int> Apply(
        NpgsqlDataSource database, IReadOnlyList<Migration> known, Action<string> log, CancellationToken ct)
    {
        var (count, wasThere) = (0, false);
        await using var connection = await database.OpenConnectionAsync(ct);
        while (true)
        {
            // The lock ends with the transaction, even if this process dies.
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await Run(connection, $"select pg_advisory_xact_lock({Lock})", ct);
            await Run(connection,
                "create table if not exists grid_migrations (number integer primary key, name text not null, checksum text not null, "
                + "applied_at timestamptz not null default now())", ct);
            await Run(connection, "alter table grid_migrations add column if not exists compatible boolean not null default false", ct);
            var applied = await ReadApplied(connection, ct);
            if (Misfit(known, applied) is { } misfit) throw new MigrationException(misfit);
            wasThere |= count == 0 && applied.Count > 0;
            if (known.FirstOrDefault(m => !applied.ContainsKey(m.Number)) is not { } next)
            {
                await transaction.CommitAsync(ct);
                return count;
            }

            try
            {
                await Run(connection, next.Sql, ct);
            }
            catch (PostgresException e)
            {
                throw new MigrationException($"Migration {next.Name} failed and changed nothing: {e.MessageText}.", e);
            }

            await using (var note = new NpgsqlCommand(
                "insert into grid_migrations (number, name, checksum, compatible) values ($1, $2, $3, $4)", connection)
            {
                Parameters = { new() { Value = next.Number }, new() { Value = next.Name }, new() { Value = next.Checksum },
                    new() { Value = next.IsCompatible } },
            })
            {
                await note.ExecuteNonQueryAsync(ct);
            }

            await transaction.CommitAsync(ct);
            var older = wasThere && !next.IsCompatible ? " Silos of older versions do not start on it: replace them all." : "";
            log($"Applied migration {next.Name}.{older}");
            count++;
        }
    }

    internal static async Task<string?> Check(NpgsqlDataSource database, IReadOnlyList<Migration> known, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        Dictionary<int, Applied> applied;
        try
        {
            applied = await ReadApplied(connection, ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return $"The database is empty: {Remedy}.";
        }

        if (Misfit(known, applied) is { } misfit) return misfit;
        var missing = known.Where(m => !applied.ContainsKey(m.Number)).ToList();
        return missing.Count == 0 ? null : $"The database is behind: it lacks {string.Join(", ", missing.Select(m => m.Name))}; {Remedy}.";
    }

    static string? Misfit(IReadOnlyList<Migration> known, Dictionary<int, Applied> applied)
    {
        var newest = known.Max(m => m.Number);
        // In the middle of a rolling upgrade a silo of the old version may be started again.
        if (applied.Where(a => a.Key > newest && !a.Value.IsCompatible).Select(a => a.Value.Name).FirstOrDefault() is { } ahead)
            return $"The database is ahead: it has migration {ahead}, this version knows {newest:0000} at most; use a newer version.";
        return known.FirstOrDefault(m => applied.TryGetValue(m.Number, out var there) && there.Checksum != m.Checksum) is { } other
            ? $"The database is not this program's: its migration {applied[other.Number].Name} is not the {other.Name} of this "
                + "version; use another database."
            : null;
    }

    static async Task<Dictionary<int, Applied>> ReadApplied(NpgsqlConnection connection, CancellationToken ct)
    {
        var applied = new Dictionary<int, Applied>();
        // Older databases lack the column.
        await using var command = new NpgsqlCommand(
            "select number, name, checksum, coalesce((to_jsonb(m) ->> 'compatible')::boolean, false) from grid_migrations m", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            applied.Add(reader.GetInt32(0), new(reader.GetString(1), reader.GetString(2), reader.GetBoolean(3)));
        return applied;
    }

    static async Task Run(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = TimeoutSeconds };
        await command.ExecuteNonQueryAsync(ct);
    }

    sealed record Applied(string Name, string Checksum, bool IsCompatible);
}

/// <summary>The database cannot be migrated. The message is one line that says why and what to do.</summary>
sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
