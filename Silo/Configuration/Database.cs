using Npgsql;

namespace Grid.Silo.Configuration;

/// <summary>How to reach the database: the connection string <c>Grid</c>, with its password from the environment or a file.</summary>
sealed record Database(string ConnectionString)
{
    public const string Setting = "ConnectionStrings:Grid";

    const string PasswordFile = "Grid:PasswordFile";

    /// <summary>The connection string with its password; null where none is set.</summary>
    /// <exception cref="SettingException">The string cannot be read, or a password stands in a settings file.</exception>
    public static Database? Of(IConfigurationRoot configuration)
    {
        if (configuration.GetConnectionString("Grid") is not { Length: > 0 } text) return null;
        NpgsqlConnectionStringBuilder connection;
        try
        {
            connection = new(text);
        }
        catch (ArgumentException e)
        {
            throw new SettingException(
                $"{Setting}: not a connection string of PostgreSQL ({e.Message.TrimEnd('.')}); write Host=...;Database=...;Username=...",
                e);
        }

        if (!string.IsNullOrEmpty(connection.Password) && !FromEnvironment(configuration))
            throw new SettingException(
                $"{Setting}: a password must not stand in a settings file or command line; "
                + $"give it in the environment (ConnectionStrings__Grid), or its file in {PasswordFile}");
        if (configuration[PasswordFile] is { Length: > 0 } file) connection.Password = Read(file);
        return new(connection.ConnectionString);
    }

    static bool FromEnvironment(IConfigurationRoot configuration) =>
        configuration.Providers.Last(p => p.TryGet(Setting, out _))
            is Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationProvider;

    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{PasswordFile}: {e.Message}", e);
        }
    }

    public NpgsqlDataSource Open()
    {
        // Metrics show this name in place of the connection string.
        var source = new NpgsqlDataSourceBuilder(ConnectionString) { Name = "grid" };
        return source.Build();
    }

    // This text is written to logs, so it has no password.
    public override string ToString() =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Password = null, Passfile = null }.ToString();
}
