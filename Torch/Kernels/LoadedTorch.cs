namespace Grid.Torch.Kernels;

/// <summary>The libtorch that this process has loaded.</summary>
static class LoadedTorch
{
    static readonly string[] Parts = ["libtorch_cuda.so", "libtorch_cpu.so"];

    /// <summary>The paths of all files that this process has mapped.</summary>
    public static HashSet<string> Files() => !File.Exists("/proc/self/maps") ? [] :
        File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..]).ToHashSet(StringComparer.Ordinal);

    /// <summary>The folders that libtorch was loaded from, with its CUDA part first.</summary>
    public static IEnumerable<string> Folders()
    {
        var loaded = Files();
        return Parts.SelectMany(name => loaded.Where(path => Path.GetFileName(path) == name))
            .Select(path => Path.GetDirectoryName(path)!)
            .Distinct();
    }
}
