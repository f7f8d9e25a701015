using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Grid.Compute.Random;

/// <summary>The vectorised fills of a stream at one vector width, two vectors of blocks at a time.</summary>
static class PhiloxFill<TLanes, TWords, TFloats>
    where TLanes : struct, IWordLanes<TWords, TFloats>
    where TWords : struct
    where TFloats : struct
{
    public static void Tiles(PhiloxKey key, uint block, Span<float> tiles, float first, float second, bool normal)
    {
        if (normal)
        {
            Normal(key, block, tiles, mean: first, std: second);
        }
        else
        {
            Uniform(key, block, tiles, low: first, high: second);
        }
    }

    /// <summary>Fills with low + (high - low) u, where u = (word >> 8) / 2^24, from block <paramref name="block"/> on. The length is a
    /// multiple of <see cref="PhiloxStream.Tile"/>.</summary>
    public static void Uniform(PhiloxKey key, uint block, Span<float> destination, float low, float high)
    {
        ref var first = ref MemoryMarshal.GetReference(destination);
        var (scale, offset) = (TLanes.Broadcast((high - low) / (1 << 24)), TLanes.Broadcast(low));
        for (var i = 0; i < destination.Length; i += 4 * TLanes.Count)
        {
            var (a, b) = Draw(key, block + (uint)(i / 4));
            ref var at = ref Unsafe.Add(ref first, i);
            var ((v0, v1), (v2, v3)) = (InOrder(a), InOrder(b));
            TLanes.Store(Scaled(v0), ref at);
            TLanes.Store(Scaled(v1), ref Unsafe.Add(ref at, TLanes.Count));
            TLanes.Store(Scaled(v2), ref Unsafe.Add(ref at, 2 * TLanes.Count));
            TLanes.Store(Scaled(v3), ref Unsafe.Add(ref at, 3 * TLanes.Count));
        }

        TFloats Scaled(TWords words) => TLanes.FusedMultiplyAdd(TLanes.ToFloats(TLanes.ShiftRight(words, 8)), scale, offset);
    }

    /// <summary>Fills with mean + std z, where words 2 j and 2 j + 1 give elements 2 j and 2 j + 1; lengths are as for
    /// <see cref="Uniform"/>.</summary>
    public static void Normal(PhiloxKey key, uint block, Span<float> destination, float mean, float std)
    {
        ref var first = ref MemoryMarshal.GetReference(destination);
        var (scale, offset) = (TLanes.Broadcast(std), TLanes.Broadcast(mean));
        for (var i = 0; i < destination.Length; i += 4 * TLanes.Count)
        {
            var (a, b) = Draw(key, block + (uint)(i / 4));
            ref var at = ref Unsafe.Add(ref first, i);
            StorePairs(InOrder(a), ref at);
            StorePairs(InOrder(b), ref Unsafe.Add(ref at, 2 * TLanes.Count));
        }

        void StorePairs((TWords Low, TWords High) words, ref float at)
        {
            var (even, odd) = NormalCurve.Draw<TLanes, TWords, TFloats>(
                TLanes.Even(words.Low, words.High), TLanes.Odd(words.Low, words.High));
            var x = TLanes.AsWords(TLanes.FusedMultiplyAdd(even, scale, offset));
            var y = TLanes.AsWords(TLanes.FusedMultiplyAdd(odd, scale, offset));
            TLanes.Store(TLanes.Even(x, y), ref at);
            TLanes.Store(TLanes.Odd(x, y), ref Unsafe.Add(ref at, TLanes.Count));
        }
    }

    /// <summary>Fills with standard normals of many streams side by side: destination[e * lanes + l] is element 4 * block + e of the stream
    /// whose index is that of the key plus l.</summary>
    public static void NormalLanes(PhiloxKey key, uint block, Span<float> destination, int lanes)
    {
        ref var first = ref MemoryMarshal.GetReference(destination);
        for (var i = 0; i < destination.Length; i += 4 * lanes, block++)
        {
            for (var lane = 0; lane < lanes; lane += TLanes.Count)
            {
                // Even and odd streams apart, for they fill the even and odd places of a vector.
                var even = TLanes.Add64(TLanes.Broadcast64(key.Index + (ulong)lane), TLanes.Add64(TLanes.Indices, TLanes.Indices));
                var odd = TLanes.Add64(even, TLanes.Broadcast64(1));
                var counter = TLanes.Broadcast64(block);
                var (a, b) = Rounds(key, counter, even, counter, odd);
                var (z0, z1) = NormalCurve.Draw<TLanes, TWords, TFloats>(TLanes.Even(a.W0, b.W0), TLanes.Even(a.W1, b.W1));
                var (z2, z3) = NormalCurve.Draw<TLanes, TWords, TFloats>(TLanes.Even(a.W2, b.W2), TLanes.Even(a.W3, b.W3));
                ref var at = ref Unsafe.Add(ref first, i + lane);
                TLanes.Store(z0, ref at);
                TLanes.Store(z1, ref Unsafe.Add(ref at, lanes));
                TLanes.Store(z2, ref Unsafe.Add(ref at, 2 * lanes));
                TLanes.Store(z3, ref Unsafe.Add(ref at, 3 * lanes));
            }
        }
    }

    /// <summary>Fills with numbers uniform in [-1, 1) of many streams side by side.</summary>
    public static void UniformLanes(PhiloxKey key, uint block, Span<float> destination, int lanes)
    {
        ref var first = ref MemoryMarshal.GetReference(destination);
        var (scale, offset) = (TLanes.Broadcast(2f / (1 << 24)), TLanes.Broadcast(-1f));
        for (var i = 0; i < destination.Length; i += 4 * lanes, block++)
        {
            for (var lane = 0; lane < lanes; lane += TLanes.Count)
            {
                var even = TLanes.Add64(TLanes.Broadcast64(key.Index + (ulong)lane), TLanes.Add64(TLanes.Indices, TLanes.Indices));
                var odd = TLanes.Add64(even, TLanes.Broadcast64(1));
                var counter = TLanes.Broadcast64(block);
                var (a, b) = Rounds(key, counter, even, counter, odd);
                ref var at = ref Unsafe.Add(ref first, i + lane);
                TLanes.Store(Scaled(TLanes.Even(a.W0, b.W0)), ref at);
                TLanes.Store(Scaled(TLanes.Even(a.W1, b.W1)), ref Unsafe.Add(ref at, lanes));
                TLanes.Store(Scaled(TLanes.Even(a.W2, b.W2)), ref Unsafe.Add(ref at, 2 * lanes));
                TLanes.Store(Scaled(TLanes.Even(a.W3, b.W3)), ref Unsafe.Add(ref at, 3 * lanes));
            }
        }

        TFloats Scaled(TWords words) => TLanes.FusedMultiplyAdd(TLanes.ToFloats(TLanes.ShiftRight(words, 8)), scale, offset);
    }

    /// <summary>Draws so many blocks of the stream: the first half of them and the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (State First, State Second) Draw(PhiloxKey key, uint block)
    {
        var counter = TLanes.Add64(TLanes.Broadcast64(block), TLanes.ZipOrder);
        var next = TLanes.Add64(counter, TLanes.Broadcast64((uint)TLanes.Count / 2));
        var index = TLanes.Broadcast64(key.Index);
        return Rounds(key, counter, index, next, index);
    }

    /// <summary>The words of Count / 2 blocks in the order of the stream.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (TWords Low, TWords High) InOrder(State s) => TLanes.Zip(TLanes.Even(s.W0, s.W1), TLanes.Even(s.W2, s.W3));

    /// <summary>Two vectors of counters, which hide each other's latency.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (State A, State B) Rounds(PhiloxKey key, TWords blockA, TWords indexA, TWords blockB, TWords indexB)
    {
        var (k0, k1) = ((uint)key.Seed, (uint)(key.Seed >> 32));
        var purpose = TLanes.Broadcast(key.Purpose);
        var a = new State(blockA, purpose, indexA, TLanes.ShiftRight64(indexA, 32));
        var b = new State(blockB, purpose, indexB, TLanes.ShiftRight64(indexB, 32));
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var (key0, key1) = (TLanes.Broadcast(k0), TLanes.Broadcast(k1));
            a = Round(a, key0, key1);
            b = Round(b, key0, key1);
            k0 += Philox.Weyl0;
            k1 += Philox.Weyl1;
        }

        return (a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static State Round(State c, TWords key0, TWords key1)
    {
        var p0 = TLanes.MultiplyEven(TLanes.Broadcast64(Philox.Multiplier0), c.W0);
        var p1 = TLanes.MultiplyEven(TLanes.Broadcast64(Philox.Multiplier1), c.W2);
        return new(
            TLanes.Xor(TLanes.ShiftRight64(p1, 32), c.W1, key0), p1, TLanes.Xor(TLanes.ShiftRight64(p0, 32), c.W3, key1), p0);
    }

    /// <summary>
    /// The four words of one counter in each 64-bit lane. Their upper halves carry rubbish, which neither the next product nor
    /// <see cref="IWordLanes{TWords, TFloats}.Even"/> looks at.
    /// </summary>
    readonly struct State(TWords w0, TWords w1, TWords w2, TWords w3)
    {
        public readonly TWords W0 = w0;
        public readonly TWords W1 = w1;
        public readonly TWords W2 = w2;
        public readonly TWords W3 = w3;
    }
}
