namespace Grid.Silo.Configuration;

/// <summary>The name of this silo.</summary>
/// <param name="Silo">Name in lists, logs and metrics.</param>
sealed record SiloIdentity(string Silo)
{
    /// <summary>Takes the name from the setting, from the pod, or from the machine.</summary>
    public static SiloIdentity Of(GridOptions options) =>
        new(options.SiloName ?? Environment.GetEnvironmentVariable("POD_NAME") ?? Environment.MachineName);
}
