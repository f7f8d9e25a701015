using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Grid.Torch.Kernels;
using TorchSharp;

namespace Grid.Torch.Tests.Processor;

/// <summary>
/// A device whose kernels run on the processor: libtorch's memory is the host's, and in the place of driver and compiler stands a library
/// that compiles the very text of the kernels as C++.
/// </summary>
static unsafe class StandIn
{
    static readonly string Sources = Path.Combine(AppContext.BaseDirectory, "Processor");

    public static readonly string Folder = Directory.CreateTempSubdirectory("grid-kernels-").FullName;

    static readonly Lazy<nint> Library = new(() =>
    {
        var path = Path.Combine(Folder, "standin.so");
        using (var compiler =
            Process.Start("g++", ["-std=c++17", "-O1", "-shared", "-fPIC", Path.Combine(Sources, "standin.cpp"), "-o", path, "-ldl"])!)
        {
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }

        var library = NativeLibrary.Load(path);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);
        var begin = (delegate* unmanaged<byte*, byte*, void>)NativeLibrary.GetExport(library, "standin_begin");
        fixed (byte* shim = Encoding.UTF8.GetBytes(Path.Combine(Sources, "shim.h") + '\0'),
            folder = Encoding.UTF8.GetBytes(Folder + '\0')) begin(shim, folder);
        return library;
    });

    /// <summary>Why kernels cannot be tried here; null if they can.</summary>
    public static string? Missing { get; } = Find();

    static string? Find()
    {
        if (!OperatingSystem.IsLinux()) return "fibers as shim.h makes them are Linux's";
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("g++", "--version") { RedirectStandardOutput = true })!;
            compiler.WaitForExit();
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "there is no g++, so the kernels' text is NOT tested";
        }
    }

    public static int Launches =>
        Pair.OnCard ? 0 : ((delegate* unmanaged<int>)NativeLibrary.GetExport(Library.Value, "standin_launches"))();

    public static int Compiled => ((delegate* unmanaged<int>)NativeLibrary.GetExport(Library.Value, "standin_compiled"))();

    /// <summary>Whether a block's threads run from the last to the first between two barriers.</summary>
    public static bool Backwards
    {
        set
        {
            if (!Pair.OnCard) ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(Library.Value, "standin_backwards"))(value ? 1 : 0);
        }
    }

    /// <param name="capability">The capability of the card that is played, 90 for 9.0.</param>
    /// <param name="cache">Where machine code is kept.</param>
    public static CardKernels Kernels(int capability = 90, bool tf32 = false, string? cache = null, Action<string>? say = null)
    {
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(Library.Value, "standin_capability"))(capability);
        var path = Path.Combine(Folder, "standin.so");
        return new(new(new Driver(path, 0), new Nvrtc(path), cache ?? Path.Combine(Folder, "cache")), tf32, say ?? Assert.Fail);
    }

    public static TorchDevice Device(int capability = 90, bool tf32 = false)
    {
        _ = Pair.Torch;
        return new("stand-in", "processor", torch.CPU, new(), kernels: Kernels(capability, tf32));
    }
}
