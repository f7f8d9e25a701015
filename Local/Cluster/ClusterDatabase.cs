namespace Grid.Local.Cluster;

/// <summary>The PostgreSQL of a cluster on this machine, wherever it comes from.</summary>
abstract class ClusterDatabase
{
    /// <summary>The environment variables that silos, and people who read results with SQL, need.</summary>
    public abstract IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Says to people which database this is, and where.</summary>
    public abstract string Description { get; }

    /// <summary>Starts the database if it does not run, and waits until it answers.</summary>
    public abstract Task Start(CancellationToken ct);

    public abstract Task<bool> IsAlive(CancellationToken ct);

    /// <summary>Ends the database. Its data stay.</summary>
    public abstract Task Stop(CancellationToken ct);

    /// <summary>Removes the data of a server that was stopped.</summary>
    public abstract Task Delete(CancellationToken ct);

    protected static IReadOnlyDictionary<string, string> Settings(ClusterFolder folder, int port) => new Dictionary<string, string>
    {
        ["ConnectionStrings__Grid"] = FormattableString.Invariant($"Host=127.0.0.1;Port={port};Database=grid;Username=grid"),
        ["Grid__PasswordFile"] = folder.Password,
    };
}
