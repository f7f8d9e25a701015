namespace Grid.Local.Cluster;

/// <summary>The PostgreSQL of a cluster on this machine, wherever it comes from.</summary>
abstract class ClusterDatabase
{
    /// <summary>What silos, and whoever reads results with SQL, need in their environment.</summary>
    public abstract IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>What it is and where, for people.</summary>
    public abstract string Description { get; }

    /// <summary>Starts it, if it does not run, and waits until it answers.</summary>
    public abstract Task Start(CancellationToken ct);

    public abstract Task<bool> IsAlive(CancellationToken ct);

    /// <summary>Data stay.</summary>
    public abstract Task Stop(CancellationToken ct);

    /// <summary>Removes the data of a server that was stopped.</summary>
    public abstract Task Delete(CancellationToken ct);

    protected static IReadOnlyDictionary<string, string> Settings(ClusterFolder folder, int port) => new Dictionary<string, string>
    {
        ["ConnectionStrings__Grid"] = FormattableString.Invariant($"Host=127.0.0.1;Port={port};Database=grid;Username=grid"),
        ["Grid__PasswordFile"] = folder.Password,
    };
}
