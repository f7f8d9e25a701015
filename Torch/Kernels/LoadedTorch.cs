using System.Runtime.InteropServices;

namespace Grid.Torch.Kernels;

/// <summary>The libtorch that this process has loaded, or shall load.</summary>
static class LoadedTorch
{
    static readonly string[] Parts = ["libtorch_cuda.so", "libtorch_cpu.so"];

    /// <summary>
    /// Loads libtorch from the folder that GRID_LIBTORCH names, for example that of Python's package (site-packages/torch/lib), so that none need lie beside
    /// the program. Does nothing where the variable is not set.
    /// </summary>
    /// <exception cref="DeviceMissingException">It is not there, or does not load.</exception>
    public static void LoadNamed()
    {
        if (Environment.GetEnvironmentVariable("GRID_LIBTORCH") is not { Length: > 0 } folder) return;
        try
        {
            foreach (var name in new[] { "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so" })
                if (File.Exists(Path.Combine(folder, name))) NativeLibrary.Load(Path.Combine(folder, name));
                else if (name is "libtorch.so" or "libtorch_cpu.so") throw new DeviceMissingException($"GRID_LIBTORCH is {folder}, but there is no {name} in it.");
        }
        catch (DllNotFoundException e)
        {
            throw new DeviceMissingException($"GRID_LIBTORCH is {folder}, but libtorch does not load from there: {e.Message.Split('\n')[0]}", e);
        }
    }

    /// <summary>Paths of all that this process has mapped.</summary>
    public static HashSet<string> Files() => !File.Exists("/proc/self/maps") ? [] :
        File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..]).ToHashSet(StringComparer.Ordinal);

    /// <summary>The folders that libtorch was loaded from, with its CUDA part first.</summary>
    public static IEnumerable<string> Folders()
    {
        var loaded = Files();
        return Parts.SelectMany(name => loaded.Where(path => Path.GetFileName(path) == name)).Select(path => Path.GetDirectoryName(path)!).Distinct();
    }
}
