using Grid.Lab.Models.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Grid.Silo.Postgres;

/// <summary>
/// Trained models in the cluster's database, for every silo. Above a limit, those used longest ago are deleted. If the database does not
/// answer, a line is logged and the silo trains the model itself.
/// </summary>
/// <param name="limit">Bytes that all models together may take.</param>
sealed partial class PostgresSharedModels(NpgsqlDataSource database, long limit, ILogger<PostgresSharedModels> log) : ISharedModelStore
{
    public byte[]? Find(string key)
    {
        try
        {
            // A model that many cells ask for is marked as used once in a minute, not each time.
            using var command = database.Of(
                """
                with used as (update models set last_used = now() where key = $1 and last_used < now() - interval '1 minute')
                select bytes from models where key = $1
                """,
                Commands.Value(key));
            command.CommandTimeout = Commands.LongTimeoutSeconds;
            return (byte[]?)command.ExecuteScalar();
        }
        catch (NpgsqlException e)
        {
            NotFetched(key, e.Message);
            return null;
        }
    }

    public void Keep(string key, byte[] bytes)
    {
        if (bytes.LongLength > limit) return;
        try
        {
            using var add = database.Of(
                "insert into models (key, bytes, size, last_used) values ($1, $2, $3, now()) on conflict (key) do update set bytes = "
                + "excluded.bytes, size = excluded.size, last_used = now()",
                Commands.Value(key), new NpgsqlParameter { Value = bytes, NpgsqlDbType = NpgsqlDbType.Bytea },
                Commands.Value(bytes.LongLength));
            add.CommandTimeout = Commands.LongTimeoutSeconds;
            add.ExecuteNonQuery();
            using var evict = database.Of(
                """
                delete from models
                where key in (
                    select key from (select key, sum(size) over (order by last_used desc, key) as with_newer from models) m
                    where with_newer > $1)
                """,
                Commands.Value((decimal)limit));
            evict.ExecuteNonQuery();
        }
        catch (NpgsqlException e)
        {
            NotKept(key, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The shared model {key} could not be fetched ({reason}): it is trained here")]
    partial void NotFetched(string key, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The model {key} could not be shared ({reason}): other silos train it themselves")]
    partial void NotKept(string key, string reason);
}
