namespace Grid.Torch.Kernels;

/// <summary>The kernels of sparse.cu, which says what each does.</summary>
sealed class SparseKernels(KernelLibrary library)
{
    const int Threads = 128;

    readonly Kernel _keepLargest = library.Build("sparse.cu", "keep_largest", Threads, Threads * sizeof(double));
    readonly Kernel _projectL1 = library.Build("sparse.cu", "project_l1", Threads, Threads * sizeof(double));
    readonly KernelArguments _arguments = new();

    public void KeepLargest(nint x, nint counts, nint y, int rows, int size, bool signs) =>
        _keepLargest.Launch(rows, 1, _arguments.Clear().Add(x).Add(counts).Add(y).Add(size).Add(signs ? 1 : 0));

    /// <param name="centre">0 where x is the way from it.</param>
    public void ProjectL1(nint x, nint centre, nint radius, nint y, int rows, int size) =>
        _projectL1.Launch(rows, 1, _arguments.Clear().Add(x).Add(centre).Add(radius).Add(y).Add(size));
}
