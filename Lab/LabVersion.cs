using System.Reflection;

namespace Grid.Lab;

/// <summary>The version of the science.</summary>
public static class LabVersion
{
    /// <summary>A part of the identity of every cell. It is raised whenever any number of any cell changes, so that no old result is taken
    /// for a new one.</summary>
    public const string Current = "4";

    /// <summary>The git commit this program was built from, as the SDK writes it behind the version; empty outside a checkout.</summary>
    public static string Commit { get; } =
        typeof(LabVersion).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var commit] ? commit : "";
}
