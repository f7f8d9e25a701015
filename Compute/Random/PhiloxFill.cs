using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Grid.Compute.Random;

/// <summary>The vectorised fills of a stream at one vector width.</summary>
static class PhiloxFill<TLanes, TWords, TFloats>
    where TLanes : struct, ILanes<TWords, TFloats>
    where TWords : struct
    where TFloats : struct
{
    public static void Draw(PhiloxKey key, uint block, Span<float> destination, float first, float second, bool normal)
    {
        if (normal)
        {
            Normal(key, block, destination, mean: first, std: second);
        }
        else
        {
            Uniform(key, block, destination, low: first, high: second);
        }
    }

    /// <summary>Low + (high - low) u with u = (word >> 8) / 2^24, from block <paramref name="block"/> on; the length is a multiple of 32.</summary>
    public static void Uniform(PhiloxKey key, uint block, Span<float> destination, float low, float high)
    {
        ref var first = ref MemoryMarshal.GetReference(destination);
        var (scale, offset) = (TLanes.Broadcast((high - low) / (1 << 24)), TLanes.Broadcast(low));
        for (var i = 0; i < destination.Length; i += 2 * TLanes.Count)
        {
            var (a, b) = Words(key, block + (uint)(i / 4));
            TLanes.Store(TLanes.FusedMultiplyAdd(TLanes.ToFloats(TLanes.ShiftRight(a, 8)), scale, offset), ref Unsafe.Add(ref first, i));
            TLanes.Store(
                TLanes.FusedMultiplyAdd(TLanes.ToFloats(TLanes.ShiftRight(b, 8)), scale, offset),
                ref Unsafe.Add(ref first, i + TLanes.Count));
        }
    }

    /// <summary>Mean + std z, words 2 j and 2 j + 1 giving elements 2 j and 2 j + 1; the length is a multiple of 32.</summary>
    public static void Normal(PhiloxKey key, uint block, Span<float> destination, float mean, float std)
    {
        ref var first = ref MemoryMarshal.GetReference(destination);
        var (scale, offset) = (TLanes.Broadcast(std), TLanes.Broadcast(mean));
        for (var i = 0; i < destination.Length; i += 2 * TLanes.Count)
        {
            var (a, b) = Words(key, block + (uint)(i / 4));
            var (even, odd) = NormalCurve.Draw<TLanes, TWords, TFloats>(TLanes.Even(a, b), TLanes.Odd(a, b));
            var x = TLanes.AsWords(TLanes.FusedMultiplyAdd(even, scale, offset));
            var y = TLanes.AsWords(TLanes.FusedMultiplyAdd(odd, scale, offset));
            TLanes.Store(TLanes.Even(x, y), ref Unsafe.Add(ref first, i));
            TLanes.Store(TLanes.Odd(x, y), ref Unsafe.Add(ref first, i + TLanes.Count));
        }
    }

    /// <summary>
    /// Standard normals of many streams side by side: destination[e * lanes + l] is element 4 * block + e of the stream whose index
    /// is that of the key plus l.
    /// </summary>
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
                var (a0, a1, a2, a3) = Rounds(key, counter, even);
                var (b0, b1, b2, b3) = Rounds(key, counter, odd);
                var (z0, z1) = NormalCurve.Draw<TLanes, TWords, TFloats>(TLanes.Even(a0, b0), TLanes.Even(a1, b1));
                var (z2, z3) = NormalCurve.Draw<TLanes, TWords, TFloats>(TLanes.Even(a2, b2), TLanes.Even(a3, b3));
                TLanes.Store(z0, ref Unsafe.Add(ref first, i + lane));
                TLanes.Store(z1, ref Unsafe.Add(ref first, i + lanes + lane));
                TLanes.Store(z2, ref Unsafe.Add(ref first, i + (2 * lanes) + lane));
                TLanes.Store(z3, ref Unsafe.Add(ref first, i + (3 * lanes) + lane));
            }
        }
    }

    /// <summary>The words of Count / 2 blocks in the order of the stream.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (TWords Low, TWords High) Words(PhiloxKey key, uint block)
    {
        var (w0, w1, w2, w3) = Rounds(
            key, TLanes.Add64(TLanes.Broadcast64(block), TLanes.ZipOrder), TLanes.Broadcast64(key.Index));
        return TLanes.Zip(TLanes.Even(w0, w1), TLanes.Even(w2, w3));
    }

    /// <summary>
    /// One counter in each 64-bit lane. The upper halves of the words carry rubbish, which neither the next product nor
    /// <see cref="ILanes{TWords, TFloats}.Even"/> looks at.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (TWords W0, TWords W1, TWords W2, TWords W3) Rounds(PhiloxKey key, TWords block, TWords index)
    {
        var (m0, m1) = (TLanes.Broadcast64(Philox.Multiplier0), TLanes.Broadcast64(Philox.Multiplier1));
        var (k0, k1) = ((uint)key.Seed, (uint)(key.Seed >> 32));
        var (c0, c1, c2, c3) = (block, TLanes.Broadcast(key.Purpose), index, TLanes.ShiftRight64(index, 32));
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var p0 = TLanes.MultiplyEven(m0, c0);
            var p1 = TLanes.MultiplyEven(m1, c2);
            c0 = TLanes.Xor(TLanes.ShiftRight64(p1, 32), c1, TLanes.Broadcast(k0));
            c2 = TLanes.Xor(TLanes.ShiftRight64(p0, 32), c3, TLanes.Broadcast(k1));
            (c1, c3) = (p1, p0);
            k0 += Philox.Weyl0;
            k1 += Philox.Weyl1;
        }

        return (c0, c1, c2, c3);
    }
}
