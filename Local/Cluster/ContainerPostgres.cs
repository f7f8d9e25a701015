using System.Diagnostics;
using Grid.Presentation.CommandLine;

namespace Grid.Local.Cluster;

/// <summary>PostgreSQL's official image under docker or podman, with its data in a volume.</summary>
/// <param name="engine">Path of the program docker or podman.</param>
sealed class ContainerPostgres(ClusterFolder folder, int port, string engine) : ClusterDatabase
{
    const string Image = "docker.io/library/postgres:17";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), Look = TimeSpan.FromMilliseconds(300);

    public override IReadOnlyDictionary<string, string> Environment => Settings(folder, port);

    public override string Description =>
        FormattableString.Invariant($"{Image} in the container {Name}, 127.0.0.1:{port}, data in the volume of this name");

    /// <summary>Path of docker or podman, whichever has an engine that answers; null where neither has.</summary>
    public static async Task<string?> Engine(CancellationToken ct)
    {
        foreach (var name in new[] { "docker", "podman" })
            if (Programs.Find(name) is { } path && (await Programs.Run(path, ["info"], ct)).Code == 0) return path;
        return null;
    }

    public override async Task Start(CancellationToken ct)
    {
        if (!await IsAlive(ct))
        {
            await Programs.Demand(
                engine,
                [
                    "run", "--detach", "--rm", "--name", Name,
                    "--publish", FormattableString.Invariant($"127.0.0.1:{port}:5432"), "--volume", $"{Name}:/var/lib/postgresql/data",
                    "--env", "POSTGRES_USER=grid", "--env", "POSTGRES_DB=grid", "--env", "POSTGRES_PASSWORD",
                    Image, "-c", "max_connections=300",
                ],
                ct,
                // The variable is named without its value, so that no list of processes shows the password.
                new Dictionary<string, string> { ["POSTGRES_PASSWORD"] = folder.SecretOf() });
        }

        // The server listens on no address while it makes the database.
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            var (code, said) = await Programs.Run(engine, ["exec", Name, "pg_isready", "--host", "127.0.0.1", "--username", "grid"], ct);
            if (code == 0) return;
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new RefusedException($"The container {Name} does not answer: {said} ('{engine} logs {Name}' tells more)");
            await Task.Delay(Look, ct);
        }
    }

    public override async Task<bool> IsAlive(CancellationToken ct) =>
        await Programs.Run(engine, ["inspect", "--format", "{{.State.Running}}", Name], ct) is (0, "true");

    public override async Task Stop(CancellationToken ct)
    {
        if (await IsAlive(ct)) await Programs.Demand(engine, ["stop", Name], ct);
    }

    public override async Task Delete(CancellationToken ct) => await Programs.Run(engine, ["volume", "rm", Name], ct);

    string Name => $"grid-postgres-{folder.Id}";
}
