using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.Convolution;

/// <summary>
/// Consecutive places of a window and where in a frame the pixels lie that a tap sees from them: two vectors that are read where they are,
/// if the rows of places are made of whole vectors, or else copied. A row's end ends a run; runs are copied in vectors of 16, of which the
/// next overwrites what is too much.
/// </summary>
readonly unsafe ref struct FramePanel
{
    public const int MostRuns = 32;

    readonly Span<int> _from, _to;
    readonly int _runs, _vector;

    /// <param name="memory">Room for two numbers of each run.</param>
    /// <param name="across">Places of a row.</param>
    /// <param name="rowStep">Floats of the frame from one row of places to the next.</param>
    /// <param name="vector">Floats of a vector.</param>
    public FramePanel(Span<int> memory, int first, int count, int across, int rowStep, int vector)
    {
        _from = memory[..MostRuns];
        _to = memory[MostRuns..];
        _vector = across % vector == 0 ? vector : 0;
        var longest = _vector > 0 ? vector : 16;
        var (row, column) = (first / across, first % across);
        for (var done = 0; done < count; row++, column = 0)
        {
            var length = Math.Min(across - column, count - done);
            for (var i = 0; i < length; i += longest) (_from[_runs], _to[_runs++]) = (row * rowStep + column + i, done + i);
            done += length;
        }
    }

    /// <summary>Whether pixels are read where they are; then a step's offset is a tap's, else that of a step in the copy.</summary>
    public bool InPlace => _vector > 0;

    /// <param name="copy">Takes what cannot be read in place, [depth, width].</param>
    /// <param name="taps">Where in the frame the first place's pixel of each step lies.</param>
    public (nint Left, nint Right) Pixels(float* frame, int* taps, int depth, int width, float* copy)
    {
        if (InPlace) return ((nint)(frame + _from[0]), (nint)(frame + _from[_runs - 1]));
        fixed (int* from = _from, to = _to) Copy(frame, taps, depth, from, to, _runs, width, copy);
        return ((nint)copy, (nint)(copy + width / 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Copy(float* frame, int* taps, int depth, int* from, int* to, int runs, int width, float* target)
    {
        for (; depth > 0; depth--, target += width)
        {
            var source = frame + *taps++;
            for (var i = 0; i < runs; i++) Vector512.Load(source + from[i]).Store(target + to[i]);
        }
    }
}
