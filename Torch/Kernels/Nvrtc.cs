using System.Runtime.InteropServices;
using System.Text;

namespace Grid.Torch.Kernels;

/// <summary>NVIDIA's run-time compiler, which comes with libtorch's CUDA build, under a name that differs from package to
/// package.</summary>
sealed unsafe class Nvrtc
{
    readonly delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int> _create;
    readonly delegate* unmanaged<nint, int, byte**, int> _compile;
    readonly delegate* unmanaged<nint, nuint*, int> _logSize;
    readonly delegate* unmanaged<nint, byte*, int> _log;
    readonly delegate* unmanaged<nint, nuint*, int> _cubinSize;
    readonly delegate* unmanaged<nint, byte*, int> _cubin;
    readonly delegate* unmanaged<nint*, int> _destroy;

    public Nvrtc(string library)
    {
        // What it needs lies beside it, and is looked for by name alone.
        if (Path.GetDirectoryName(library) is { Length: > 0 } folder)
            foreach (var builtins in Directory.EnumerateFiles(folder, "libnvrtc-builtins*.so*")
                .Where(f => !f.Contains(".alt.", StringComparison.Ordinal))) NativeLibrary.TryLoad(builtins, out _);
        var compiler = NativeLibrary.Load(library);
        nint Export(string name) => NativeLibrary.GetExport(compiler, name);
        _create = (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)Export("nvrtcCreateProgram");
        _compile = (delegate* unmanaged<nint, int, byte**, int>)Export("nvrtcCompileProgram");
        _logSize = (delegate* unmanaged<nint, nuint*, int>)Export("nvrtcGetProgramLogSize");
        _log = (delegate* unmanaged<nint, byte*, int>)Export("nvrtcGetProgramLog");
        _cubinSize = (delegate* unmanaged<nint, nuint*, int>)Export("nvrtcGetCUBINSize");
        _cubin = (delegate* unmanaged<nint, byte*, int>)Export("nvrtcGetCUBIN");
        _destroy = (delegate* unmanaged<nint*, int>)Export("nvrtcDestroyProgram");
        int major, minor;
        Check(((delegate* unmanaged<int*, int*, int>)Export("nvrtcVersion"))(&major, &minor), "tell its version");
        (Version, Library) = ($"{major}.{minor}", library);
    }

    public string Version { get; }

    public string Library { get; }

    /// <summary>Compiles a text to machine code for one architecture, for example sm_90.</summary>
    /// <exception cref="KernelException">The text does not compile; the message holds the compiler's own.</exception>
    public byte[] Compile(string name, string text, string architecture)
    {
        nint program;
        fixed (byte* source = Bytes(text), file = Bytes(name)) Check(_create(&program, source, file, 0, null, null), "begin");
        try
        {
            nuint size;
            fixed (byte* target = Bytes($"--gpu-architecture={architecture}"), standard = Bytes("--std=c++17"))
            {
                var options = stackalloc byte*[] { target, standard };
                var status = _compile(program, 2, options);
                if (status != 0)
                {
                    Check(_logSize(program, &size), "tell what is wrong");
                    var log = new byte[(int)size + 1];
                    fixed (byte* at = log) Check(_log(program, at), "tell what is wrong");
                    throw new KernelException(
                        $"NVRTC {Version} cannot compile {name} (error {status}): {Encoding.UTF8.GetString(log).TrimEnd('\0', '\n')}");
                }
            }

            Check(_cubinSize(program, &size), "give the code's size");
            var code = new byte[(int)size];
            fixed (byte* at = code) Check(_cubin(program, at), "give the code");
            return code;
        }
        finally
        {
            _destroy(&program);
        }
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text + '\0');

    static void Check(int status, string what)
    {
        if (status != 0) throw new KernelException($"NVRTC cannot {what} (error {status}).");
    }

    /// <summary>The places where the compiler may lie, the best first: beside the libtorch of this process, in the package of Python's
    /// wheels beside that, in the CUDA toolkit, and where the system looks.</summary>
    public static IEnumerable<string> Places()
    {
        foreach (var folder in LoadedTorch.Folders())
        {
            foreach (var file in In(folder)) yield return file;
            foreach (var package in Folders(Path.Combine(folder, "..", "..", "nvidia")))
                foreach (var file in In(Path.Combine(package, "lib"))) yield return file;
        }

        foreach (var toolkit in Folders("/usr/local").Where(f => Path.GetFileName(f).StartsWith("cuda", StringComparison.Ordinal)))
            foreach (var file in In(Path.Combine(toolkit, "lib64"))) yield return file;
        foreach (var version in new[] { ".so.13", ".so.12", ".so" }) yield return $"libnvrtc{version}";

        static IEnumerable<string> In(string folder) => !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "libnvrtc*.so*")
            .Where(f => !f.Contains("builtins", StringComparison.Ordinal) && !f.Contains(".alt.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        static IEnumerable<string> Folders(string folder) =>
            Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).OrderDescending(StringComparer.Ordinal) : [];
    }
}
