namespace Grid.Local.Cluster;

/// <summary>A database that exists already and that ConnectionStrings__Grid and Grid__PasswordFile name. Nothing starts or ends
/// it.</summary>
sealed class GivenPostgres : ClusterDatabase
{
    public const string Setting = "ConnectionStrings__Grid";

    /// <summary>Empty: silos inherit the variables from this process.</summary>
    public override IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    public override string Description => $"the one that {Setting} names";

    public static bool IsNamed => System.Environment.GetEnvironmentVariable(Setting) is { Length: > 0 };

    // The migration that follows shows whether it answers.
    public override Task Start(CancellationToken ct) => Task.CompletedTask;

    public override Task<bool> IsAlive(CancellationToken ct) => Task.FromResult(true);

    public override Task Stop(CancellationToken ct) => Task.CompletedTask;

    public override Task Delete(CancellationToken ct) => Task.CompletedTask;
}
