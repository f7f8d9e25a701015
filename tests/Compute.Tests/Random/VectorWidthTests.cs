using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Grid.Compute.Random;

namespace Grid.Compute.Tests.Random;

/// <summary>128, 256 and 512 bits against scalar code, bit for bit.</summary>
public class VectorWidthTests
{
    internal static readonly PhiloxKey Key = new(0x0123456789ABCDEF, 0xDEADBEEF, 0xFFFFFFFE);

    internal const int Length = 64 * 50;

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Uniform_fill_equals_the_scalar_words(int bits)
    {
        var filled = new float[Length];
        switch (Available(bits))
        {
            case 128: PhiloxFill<WordLanes128, Vector128<uint>, Vector128<float>>.Uniform(Key, 0, filled, -1, 3); break;
            case 256: PhiloxFill<WordLanes256, Vector256<uint>, Vector256<float>>.Uniform(Key, 0, filled, -1, 3); break;
            default: PhiloxFill<WordLanes512, Vector512<uint>, Vector512<float>>.Uniform(Key, 0, filled, -1, 3); break;
        }

        var stream = new PhiloxStream(Key);
        AssertSameBits([.. filled.Select(_ => MathF.FusedMultiplyAdd(stream.NextUInt() >> 8, 4f / (1 << 24), -1))], filled);
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Normal_fill_equals_the_scalar_formula(int bits)
    {
        var filled = new float[Length];
        switch (Available(bits))
        {
            case 128: PhiloxFill<WordLanes128, Vector128<uint>, Vector128<float>>.Normal(Key, 0, filled, 2, 3); break;
            case 256: PhiloxFill<WordLanes256, Vector256<uint>, Vector256<float>>.Normal(Key, 0, filled, 2, 3); break;
            default: PhiloxFill<WordLanes512, Vector512<uint>, Vector512<float>>.Normal(Key, 0, filled, 2, 3); break;
        }

        AssertSameBits(ScalarNormal.Fill(Key, Length, 2, 3), filled);
    }

    [Theory]
    [InlineData(128, 16)]
    [InlineData(128, 48)]
    [InlineData(256, 16)]
    [InlineData(256, 48)]
    [InlineData(512, 16)]
    [InlineData(512, 48)]
    public void Each_lane_equals_the_stream_of_its_index(int bits, int lanes)
    {
        const int First = 3, Blocks = 5;
        var filled = new float[4 * Blocks * lanes];
        switch (Available(bits))
        {
            case 128: PhiloxFill<WordLanes128, Vector128<uint>, Vector128<float>>.NormalLanes(Key, First, filled, lanes); break;
            case 256: PhiloxFill<WordLanes256, Vector256<uint>, Vector256<float>>.NormalLanes(Key, First, filled, lanes); break;
            default: PhiloxFill<WordLanes512, Vector512<uint>, Vector512<float>>.NormalLanes(Key, First, filled, lanes); break;
        }

        // The index of the first lane is 2^32 - 2: the third lane carries into the upper half.
        for (var lane = 0; lane < lanes; lane++)
        {
            var expected = ScalarNormal.Fill(Key with { Index = Key.Index + (ulong)lane }, 4 * (First + Blocks))[(4 * First)..];
            AssertSameBits(expected, [.. Enumerable.Range(0, 4 * Blocks).Select(e => filled[(e * lanes) + lane])]);
        }
    }

    [Theory]
    [InlineData(128, 16)]
    [InlineData(256, 48)]
    [InlineData(512, 16)]
    [InlineData(512, 48)]
    public void Each_lane_of_uniforms_equals_the_stream_of_its_index(int bits, int lanes)
    {
        const int First = 3, Blocks = 5;
        var filled = new float[4 * Blocks * lanes];
        switch (Available(bits))
        {
            case 128: PhiloxFill<WordLanes128, Vector128<uint>, Vector128<float>>.UniformLanes(Key, First, filled, lanes); break;
            case 256: PhiloxFill<WordLanes256, Vector256<uint>, Vector256<float>>.UniformLanes(Key, First, filled, lanes); break;
            default: PhiloxFill<WordLanes512, Vector512<uint>, Vector512<float>>.UniformLanes(Key, First, filled, lanes); break;
        }

        for (var lane = 0; lane < lanes; lane++)
        {
            var expected = new float[4 * Blocks];
            new PhiloxStream(Key with { Index = Key.Index + (ulong)lane }) { Position = 4 * First }.Fill(expected, -1, 1);
            AssertSameBits(expected, [.. Enumerable.Range(0, 4 * Blocks).Select(e => filled[(e * lanes) + lane])]);
        }
    }

    [Fact]
    public void Streams_and_lanes_choose_one_of_these_widths()
    {
        var normals = new float[Length];
        new PhiloxStream(Key).FillNormal(normals, 0, 1);
        AssertSameBits(ScalarNormal.Fill(Key, Length), normals);

        var lanes = new float[Length];
        Key.FillNormalLanes(lanes, 16, 0);
        AssertSameBits(ScalarNormal.Fill(Key, Length / 16), [.. Enumerable.Range(0, Length / 16).Select(e => lanes[e * 16])]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Key.FillNormalLanes(lanes, 8, 0));
        Assert.Throws<ArgumentException>(() => Key.FillNormalLanes(lanes.AsSpan(1), 16, 0));
    }

    static int Available(int bits)
    {
        Assert.SkipUnless(
            bits == 128 || (bits == 256 ? Vector256.IsHardwareAccelerated : Vector512.IsHardwareAccelerated),
            $"This machine has no {bits}-bit vectors.");
        return bits;
    }

    static void AssertSameBits(float[] expected, float[] actual) =>
        Assert.Equal(MemoryMarshal.Cast<float, uint>(expected).ToArray(), MemoryMarshal.Cast<float, uint>(actual).ToArray());
}
