using Grid.Compute.Cpu.Scheduling;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.Gemm;

/// <summary>A matrix in memory: element (i, j) at Start[i RowStride + j ColumnStride]; one of the strides is 1.</summary>
readonly unsafe struct Matrix(float* start, nint rowStride, nint columnStride)
{
    public float* Start => start;

    public nint RowStride => rowStride;

    public nint ColumnStride => columnStride;

    public Matrix Transposed => new(start, columnStride, rowStride);
}

/// <summary>
/// Matrix product over packed panels (Goto and van de Geijn 2008): a block of b fits the second cache, a panel of a the first. Every
/// element of the product is one chain of fused multiply-adds in the order of k, in edge tiles too, so that a row's bits depend on that
/// row alone.
/// </summary>
static unsafe class Gemm<L, TVector> where L : IFloatLanes<TVector> where TVector : struct
{
    const int MaxDepth = 384;

    static int Rows => L.ManyRegisters ? 8 : 4;

    static int PanelWidth => 3 * L.Count;

    static int MaxWidth => 384;

    /// <summary>The number of floats of scratch memory for each worker.</summary>
    public static int WorkerScratch => Rows * MaxDepth + Rows * PanelWidth;

    public static int SharedScratch => MaxWidth * MaxDepth;

    /// <summary>Sets c [m, n], whose rows are <paramref name="stride"/> apart, to a [m, k] b [k, n], or adds that to it.</summary>
    public static void Multiply(
        Matrix a, Matrix b, float* c, nint stride, int m, int k, int n, bool add, float* shared, float* scratch, int threads)
    {
        if (k == 0 && !add)
            for (nint i = 0; i < m; i++) new Span<float>(c + i * stride, n).Clear();
        var passes = Math.Max(1, (k + MaxDepth - 1) / MaxDepth);
        var depth = (k + passes - 1) / passes;
        for (var j = 0; j < n; j += MaxWidth)
        {
            var width = Math.Min(MaxWidth, n - j);
            for (var l = 0; l < k; l += depth)
            {
                var deep = Math.Min(depth, k - l);
                Split.Run(threads, (width + PanelWidth - 1) / PanelWidth, new PackColumns
                {
                    Source = new(b.Start + l * b.RowStride + j * b.ColumnStride, b.RowStride, b.ColumnStride),
                    Depth = deep,
                    Width = width,
                    Target = shared,
                });
                Split.Run(threads, (m + Rows - 1) / Rows, new RowPanel
                {
                    A = new(a.Start + l * a.ColumnStride, a.RowStride, a.ColumnStride),
                    B = shared,
                    C = c + j,
                    Stride = stride,
                    M = m,
                    Depth = deep,
                    Width = width,
                    Add = add || l > 0,
                    Scratch = scratch,
                });
            }
        }
    }

    static int Vectors(int columns) => Math.Min(3, (columns + L.Count - 1) / L.Count);

    /// <summary>Packs b. A block is one panel: [depth, width] with the width rounded up to whole vectors by zeros.</summary>
    struct PackColumns : IBlocks
    {
        public Matrix Source;
        public int Depth, Width;
        public float* Target;

        public readonly void Run(int worker, int block)
        {
            var column = block * PanelWidth;
            var width = Math.Min(PanelWidth, Width - column);
            GemmPacking.Panel(Source.Transposed, column, width, Vectors(width) * L.Count, Depth, Target + (nint)column * Depth);
        }
    }

    /// <summary>Multiplies. A block is one panel of rows of a, times all panels of b.</summary>
    struct RowPanel : IBlocks
    {
        public Matrix A;
        public float* B, C, Scratch;
        public nint Stride;
        public int M, Depth, Width;
        public bool Add;

        public readonly void Run(int worker, int block)
        {
            var row = block * Rows;
            var rows = Math.Min(Rows, M - row);
            var panel = Scratch + (nint)worker * WorkerScratch;
            var edge = panel + Rows * MaxDepth;
            GemmPacking.Panel(A, row, rows, Rows, Depth, panel);
            for (var column = 0; column < Width; column += PanelWidth)
            {
                var width = Math.Min(PanelWidth, Width - column);
                var vectors = Vectors(width);
                var b = B + (nint)column * Depth;
                var c = C + row * Stride + column;
                if (rows == Rows && width == vectors * L.Count)
                {
                    Tile(vectors, panel, b, Depth, c, Stride, Add);
                    continue;
                }

                if (Add) Copy(c, Stride, edge, PanelWidth, rows, width);
                Tile(vectors, panel, b, Depth, edge, PanelWidth, Add);
                Copy(edge, PanelWidth, c, Stride, rows, width);
            }
        }

        static void Tile(int vectors, float* a, float* b, int depth, float* c, nint stride, bool add)
        {
            if (L.ManyRegisters) GemmTile8<L, TVector>.Run(vectors, a, b, depth, c, stride, add);
            else GemmTile4<L, TVector>.Run(vectors, a, b, depth, c, stride, add);
        }

        static void Copy(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
        {
            for (nint i = 0; i < rows; i++)
                new ReadOnlySpan<float>(source + i * sourceStride, columns).CopyTo(new(target + i * targetStride, columns));
        }
    }
}
