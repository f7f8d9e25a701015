using System.Reflection;
using System.Runtime.Loader;

namespace Grid.Lab.Catalog;

/// <summary>Finds what a plugin needs: Grid's assemblies are those of this process, the rest lies beside the plugin.</summary>
sealed class PluginContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    internal const string Ours = "Grid.";

    readonly AssemblyDependencyResolver _beside = new(path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name!.StartsWith(Ours, StringComparison.Ordinal) && Own(assemblyName) is { } own) return own;
        return _beside.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _beside.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;

    static Assembly? Own(AssemblyName name)
    {
        try
        {
            return Default.LoadFromAssemblyName(name);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
