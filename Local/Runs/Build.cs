using System.Reflection;

namespace Grid.Local.Runs;

static class Build
{
    /// <summary>The git commit this program was built from, as the SDK writes it behind the version; empty outside a checkout.</summary>
    public static string Commit { get; } =
        typeof(Build).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var commit] ? commit : "";
}
