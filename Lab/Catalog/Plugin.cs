using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Grid.Sweeps.Files;
using Grid.Sweeps.Plans;

namespace Grid.Lab.Catalog;

/// <summary>An assembly of somebody else's that holds entries of the catalogue. Its code runs with all rights of this process.</summary>
public sealed class Plugin
{
    Plugin(InputFile file, Assembly assembly) => (File, Assembly) = (file, assembly);

    /// <summary>The name of the assembly.</summary>
    public string Name => Assembly.GetName().Name!;

    /// <summary>The file of the assembly, with its SHA-256: part of the identity of every cell that uses one of its entries.</summary>
    public InputFile File { get; }

    internal Assembly Assembly { get; }

    /// <summary>Loads one assembly. What it needs beyond Grid's own assemblies is looked for beside it.</summary>
    /// <param name="path">The path of the assembly, a .dll.</param>
    /// <exception cref="LabException">The file is missing, is no .NET assembly, or was built against another Grid.</exception>
    public static Plugin Load(string path)
    {
        if (!System.IO.File.Exists(path))
            throw new LabException($"plugin {path}: there is no such file; build the plugin, and check the path");
        if (EndlessFile.MayBe(path)) throw new LabException($"plugin {path}: {EndlessFile.What}; name the assembly that was built");
        try
        {
            var ours = References(path);
            if (!ours.Any(r => r.Name == Lab.Name))
                throw new LabException($"plugin {path}: it does not use {Lab.Name}, so it holds no entries of the catalogue");
            foreach (var reference in ours)
                if (Known(reference.Name!) is { } own && own.Version != reference.Version)
                    throw new LabException(
                        $"plugin {path}: it was built against {reference.Name} {reference.Version!.ToString(3)}, " +
                        $"and this is {own.Version!.ToString(3)}; build it again against this one");
            return new(InputFile.Of(path), new PluginContext(Path.GetFullPath(path)).LoadFromAssemblyPath(Path.GetFullPath(path)));
        }
        catch (Exception e) when (e is BadImageFormatException or InvalidOperationException)
        {
            throw new LabException($"plugin {path}: it is no .NET assembly; name the .dll that the build of the plugin makes", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"plugin {path}: it cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Every plugin directly in a folder, by name. Assemblies there that do not use Grid are what plugins need, and are passed
    /// over.</summary>
    /// <param name="folder">The path of the folder.</param>
    /// <exception cref="LabException">The folder is missing, or one of the plugins cannot be loaded.</exception>
    public static IReadOnlyList<Plugin> LoadFolder(string folder)
    {
        if (!Directory.Exists(folder))
            throw new LabException($"plugins {folder}: there is no such folder; make it, or leave the setting out");
        return [.. Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal).Where(Uses).Select(Load)];
    }

    /// <summary>The types of the assembly.</summary>
    /// <exception cref="LabException">It was built against another Grid, or something it needs is missing.</exception>
    internal Type[] Types()
    {
        try
        {
            return Assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            throw new LabException(
                $"plugin {File.Path}: it was built against another Grid, "
                + $"or something it needs is not beside it: {e.LoaderExceptions[0]?.Message}", e);
        }
    }

    static AssemblyName Lab => typeof(Plugin).Assembly.GetName();

    static AssemblyName? Known(string name) => typeof(Plugin).Assembly.GetReferencedAssemblies().Append(Lab)
        .FirstOrDefault(a => a.Name == name && name.StartsWith(PluginContext.Ours, StringComparison.Ordinal));

    // Grid's own assemblies may lie beside it, too.
    static bool Uses(string path)
    {
        try
        {
            return !Path.GetFileName(path).StartsWith(PluginContext.Ours, StringComparison.Ordinal)
                && !EndlessFile.MayBe(path) && References(path).Any(r => r.Name == Lab.Name);
        }
        catch (Exception e) when (e is BadImageFormatException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>What an assembly refers to, read without running any of it.</summary>
    static List<AssemblyName> References(string path)
    {
        using var file = new PEReader(System.IO.File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(r => metadata.GetAssemblyReference(r).GetAssemblyName())];
    }
}
