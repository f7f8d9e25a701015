namespace Grid.Silo.Configuration;

/// <summary>Who this silo is.</summary>
/// <param name="Silo">Its name in lists, logs and metrics.</param>
sealed record SiloIdentity(string Silo)
{
    /// <summary>The setting, else the pod's name, else the machine's.</summary>
    public static SiloIdentity Of(GridOptions options) =>
        new(options.SiloName ?? Environment.GetEnvironmentVariable("POD_NAME") ?? Environment.MachineName);
}
