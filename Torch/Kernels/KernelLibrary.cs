using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Grid.Torch.Kernels;

/// <summary>The kernels of this folder. They are built when they are first asked for, and kept on disk under a key of all that they depend
/// on: text with its sizes, architecture and compiler. A library belongs to one GPU and one thread.</summary>
sealed class KernelLibrary(Driver driver, Nvrtc compiler, string folder)
{
    // Sizes stand before the text and not among the options, for the compiler's own headers use such short names.
    const string Prelude = "#ifndef SHARED\n#define SHARED(name) extern __shared__ __align__(16) float name[]\n#endif\n";

    static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    readonly Dictionary<string, nint> _modules = new(StringComparer.Ordinal);

    public Driver Driver => driver;

    public Nvrtc Compiler => compiler;

    /// <summary>Builds a kernel, or loads it from disk.</summary>
    /// <param name="file">The name of a file of this folder, for example block.cu.</param>
    /// <param name="name">The name of the kernel in it.</param>
    /// <param name="sizes">The sizes that the text leaves open.</param>
    /// <param name="threads">The number of threads of a block.</param>
    /// <param name="shared">The bytes of shared memory of a block.</param>
    /// <exception cref="KernelException">The kernel does not compile, or does not load.</exception>
    public Kernel Build(string file, string name, int threads, int shared = 0, params (string Name, int Value)[] sizes)
    {
        var text = Text(file, sizes);
        if (!_modules.TryGetValue(text, out var module)) _modules.Add(text, module = driver.Load(Code(file, text)));
        return new(driver, driver.Function(module, name, shared), threads, shared);
    }

    /// <summary>Compiles ahead, side by side, what <see cref="Build"/> will ask for.</summary>
    public void Prepare((string File, (string, int)[] Sizes)[] builds) =>
        Parallel.ForEach(builds, b => Code(b.File, Text(b.File, b.Sizes)));

    byte[] Code(string file, string text)
    {
        var architecture = $"sm_{driver.Capability}";
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{compiler.Version} {architecture}\n{text}")))[..32];
        var path = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file)}-{key}.cubin");
        try
        {
            if (File.Exists(path)) return File.ReadAllBytes(path);
        }
        catch (IOException)
        {
            // Then it is built anew.
        }

        var code = compiler.Compile(file, text, architecture);
        try
        {
            Directory.CreateDirectory(folder);
            var part = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
            File.WriteAllBytes(part, code);
            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be written costs the time of building, next time too.
        }

        return code;
    }

    /// <summary>What the compiler is given.</summary>
    internal static string Text(string file, (string Name, int Value)[] sizes) =>
        string.Concat(sizes.Select(s => $"#define {s.Name} {s.Value}\n")) + Prelude + Text(file);

    static string Text(string file) => Texts.GetOrAdd(file, name =>
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Grid.Torch.Kernels.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}

/// <summary>A kernel that can be launched.</summary>
sealed class Kernel(Driver driver, nint function, int threads, int shared)
{
    public int Threads => threads;

    /// <summary>The number of blocks that the GPU holds at a time.</summary>
    public int Resident { get; } = Math.Max(1, driver.Occupancy(function, threads, shared)) * driver.Processors;

    public void Launch(int x, int y, KernelArguments arguments) => driver.Launch(function, (x, y), threads, shared, arguments.Bytes);
}
