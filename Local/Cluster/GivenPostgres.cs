namespace Grid.Local.Cluster;

/// <summary>A database that is there already, as ConnectionStrings__Grid and Grid__PasswordFile name it; it is left alone.</summary>
sealed class GivenPostgres : ClusterDatabase
{
    public const string Setting = "ConnectionStrings__Grid";

    /// <summary>The environment's, which silos inherit.</summary>
    public override IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    public override string Description => $"as {Setting} says";

    public static bool IsNamed => System.Environment.GetEnvironmentVariable(Setting) is { Length: > 0 };

    // Whether it answers, migrating says.
    public override Task Start(CancellationToken ct) => Task.CompletedTask;

    public override Task<bool> IsAlive(CancellationToken ct) => Task.FromResult(true);

    public override Task Stop(CancellationToken ct) => Task.CompletedTask;

    public override Task Delete(CancellationToken ct) => Task.CompletedTask;
}
