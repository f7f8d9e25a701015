using Grid.Grains.Storage;
using Grid.Lab.Models.Storage;
using Grid.Silo.Configuration;
using Grid.Silo.Files;
using Grid.Silo.Postgres;
using Npgsql;

namespace Grid.Silo.Hosting;

/// <summary>Opens the store of results: files of this silo, or the cluster's database.</summary>
static partial class Stores
{
    const long Megabyte = 1 << 20;

    public static void AddFiles(this IServiceCollection services, GridOptions options)
    {
        // The folder is locked from here on, so that a second silo on it fails at once.
        var store = FileStore.Open(Path.GetFullPath(options.Folder), TimeProvider.System);
        services.AddSingleton<IGridStore>(provider =>
        {
            store.Log = provider.GetRequiredService<ILogger<FileStore>>();
            return store;
        });
    }

    public static void AddPostgres(this IServiceCollection services, Database database, GridOptions options)
    {
        services.AddSingleton(_ => database.Open());
        services.AddSingleton<IGridStore>(provider => new PostgresStore(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton<ISharedModelStore>(provider => new PostgresSharedModels(
            provider.GetRequiredService<NpgsqlDataSource>(), options.SharedModelMegabytes * Megabyte,
            provider.GetRequiredService<ILogger<PostgresSharedModels>>()));
    }

    public static void AddModels(this IServiceCollection services, GridOptions options) => services.AddSingleton(provider => new ModelStore(
        Path.Combine(options.Folder, "models"), options.ModelMegabytes * Megabyte, provider.GetService<ISharedModelStore>(),
        provider.GetRequiredService<TimeProvider>(),
        line => ModelNotSound(provider.GetRequiredService<ILogger<ModelStore>>(), line)));

    /// <exception cref="SettingException">The database does not answer, or is not as this version expects.</exception>
    public static async Task Check(Database database)
    {
        try
        {
            await using var source = database.Open();
            if (await Migrator.Check(source, CancellationToken.None) is { } problem) throw new SettingException(problem);
        }
        catch (NpgsqlException e)
        {
            throw new SettingException($"{Database.Setting}: {database} cannot be used ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})",
                e);
        }
    }

    /// <summary>Brings the database up to date.</summary>
    public static async Task Migrate(Database database)
    {
        try
        {
            await using var source = database.Open();
            var count = await Migrator.Apply(source, Console.WriteLine, CancellationToken.None);
            Console.WriteLine(count == 0 ? "The database is up to date." : $"{count} migrations applied.");
        }
        catch (NpgsqlException e)
        {
            throw new SettingException($"{Database.Setting}: {database} cannot be used ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})",
                e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{line}")]
    static partial void ModelNotSound(ILogger log, string line);
}
