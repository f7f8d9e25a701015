using System.Runtime.InteropServices;

namespace Grid.Torch;

/// <summary>Says why TorchSharp could not load libtorch: it is not there, or this machine cannot load it.</summary>
static class LibTorch
{
    static readonly string Core = OperatingSystem.IsWindows() ? "torch.dll" : OperatingSystem.IsMacOS() ? "libtorch.dylib" : "libtorch.so";

    static readonly string Wrapper = OperatingSystem.IsWindows()
        ? "LibTorchSharp.dll"
        : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";

    /// <summary>One line, without a full stop.</summary>
    /// <param name="build">What LibTorch must be for a program that has it: cpu or cuda.</param>
    public static string Trouble(string build) => Trouble(build, Folders());

    /// <summary>Why libtorch could not be loaded from some folders, in one line without a full stop.</summary>
    /// <param name="folders">The folders where native libraries of this program are looked for.</param>
    public static string Trouble(string build, IEnumerable<string> folders)
    {
        var folder = folders.FirstOrDefault(f => File.Exists(Path.Combine(f, Core)) && File.Exists(Path.Combine(f, Wrapper)));
        if (folder is null) return $"libtorch is not beside this program: publish it with -p:LibTorch={build}";
        var said = LoaderSays(Path.Combine(folder, Wrapper));
        var needs = said.Contains("GLIBC", StringComparison.Ordinal)
            ? "; libtorch needs libstdc++ of GCC 13 (GLIBCXX_3.4.32), which Debian 13, Ubuntu 24.04, Fedora 38, "
                + "RHEL 10 and newer ones have, and so do Grid's images"
            : "";
        return $"libtorch is beside this program and this machine cannot load it: {said}{needs}";
    }

    static IEnumerable<string> Folders() =>
        ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"))
            .Append(AppContext.BaseDirectory);

    /// <summary>The first complaint of the system's loader about a library.</summary>
    static string LoaderSays(string path)
    {
        try
        {
            NativeLibrary.Free(NativeLibrary.Load(path));
            return "its loader does not say why";
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            // .NET lists every file it tried, one a line after a line of its own; the loader names those that are there with what they
            // lack.
            var lines = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return (lines.FirstOrDefault(l => l.Contains("not found", StringComparison.Ordinal)) ?? lines[^1]).TrimEnd('.');
        }
    }

    /// <summary>
    /// Loads libtorch from the folder that GRID_LIBTORCH names, for example that of Python's package (site-packages/torch/lib), so that
    /// none need lie beside the program. Does nothing where the variable is not set.
    /// </summary>
    /// <exception cref="DeviceMissingException">libtorch is not there, or does not load.</exception>
    public static void LoadNamed()
    {
        if (Environment.GetEnvironmentVariable("GRID_LIBTORCH") is not { Length: > 0 } folder) return;
        try
        {
            foreach (var name in new[] { "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so" })
                if (File.Exists(Path.Combine(folder, name))) NativeLibrary.Load(Path.Combine(folder, name));
                else if (name is "libtorch.so" or "libtorch_cpu.so")
                    throw new DeviceMissingException($"GRID_LIBTORCH is {folder}, but there is no {name} in it.");
        }
        catch (DllNotFoundException e)
        {
            throw new DeviceMissingException(
                $"GRID_LIBTORCH is {folder}, but libtorch does not load from there: {e.Message.Split('\n')[0]}", e);
        }
    }
}
