using FsCheck;
using FsCheck.Fluent;
using Grid.Compute.Random;

namespace Grid.Compute.Tests.Random;

public class PhiloxStreamTests
{
    [Fact]
    public void Words_are_the_blocks_of_seed_purpose_and_index_in_order()
    {
        const ulong Seed = 0x1122334455667788, Index = 0x99AABBCCDDEEFF00;
        var stream = new PhiloxStream(Seed, "noise", Index);
        for (uint block = 0; block < 3; block++)
        {
            var expected = Philox.Block(Seed, new(block, Philox.Hash("noise"), 0xDDEEFF00, 0x99AABBCC));
            Assert.Equal(expected, new(stream.NextUInt(), stream.NextUInt(), stream.NextUInt(), stream.NextUInt()));
        }
    }

    [Fact]
    public void First_draws_of_a_known_stream_never_change()
    {
        var stream = new PhiloxStream(42, "golden", 7);
        Assert.Equal(Golden.Word, stream.NextUInt());
        Assert.Equal(Golden.Float, stream.NextFloat());
        Assert.Equal(Golden.Double, stream.NextDouble());
        Assert.Equal(Golden.Int, stream.NextInt(1000));
        Assert.Equal(Golden.Order, stream.Permutation(6));
        var normals = new float[4];
        stream.FillNormal(normals, 0, 1);
        Assert.Equal(Golden.Normals, normals);
    }

    [Fact]
    public void A_fill_may_be_cut_anywhere() =>
        Prop.ForAll(Gen.Choose(0, 150).ListOf().ToArbitrary(), cuts =>
        {
            foreach (var normal in new[] { false, true })
            {
                var whole = new float[cuts.Sum()];
                Fill(new PhiloxStream(5, "cut"), whole, normal);
                var stream = new PhiloxStream(5, "cut");
                var pieces = cuts.SelectMany(length =>
                {
                    var piece = new float[length];
                    Fill(stream, piece, normal);
                    return piece;
                });
                Assert.Equal(whole, pieces);
                Assert.Equal((ulong)whole.Length, stream.Position);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_fill_and_single_draws_read_the_same_words()
    {
        var filled = new float[100];
        new PhiloxStream(5, "same").Fill(filled, 0, 1);
        var stream = new PhiloxStream(5, "same") { Position = 37 };
        Assert.Equal(filled[37], stream.NextFloat());
        Assert.Equal(filled[38], stream.NextFloat());
        stream.Position = 3;
        Assert.Equal(filled[3], stream.NextFloat());
    }

    [Fact]
    public void A_stream_ends_after_2_to_the_34_words()
    {
        var stream = new PhiloxStream(1, "end") { Position = (1UL << 34) - 3 };
        stream.Fill(new float[2], 0, 1);
        stream.NextUInt();
        Assert.Throws<InvalidOperationException>(() => stream.NextUInt());
        Assert.Throws<InvalidOperationException>(() => stream.Fill(new float[1], 0, 1));
        Assert.Throws<InvalidOperationException>(() => stream.Position = (1UL << 34) + 1);
    }

    [Fact]
    public void Floats_and_doubles_lie_in_the_half_open_unit_interval()
    {
        var stream = new PhiloxStream(1, "unit");
        for (var i = 0; i < 10_000; i++)
        {
            Assert.InRange(stream.NextFloat(), 0, MathF.BitDecrement(1));
            Assert.InRange(stream.NextDouble(), 0, Math.BitDecrement(1));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(801)]
    [InlineData(int.MaxValue)]
    public void Integers_are_uniform_below_the_maximum(int max)
    {
        const int Draws = 100_000;
        var cells = Math.Min(max, 10);
        var counts = new int[cells];
        var stream = new PhiloxStream(2, "ints", (ulong)max);
        for (var i = 0; i < Draws; i++)
        {
            var x = stream.NextInt(max);
            Assert.InRange(x, 0, max - 1);
            counts[(int)((long)x * cells / max)]++;
        }

        // Cell c holds the integers x with x * cells / max = c. 40 is beyond the 1e-5 quantile of chi-square with 9 degrees.
        var chiSquare = counts.Select((n, c) =>
        {
            var expected = Draws * (Edge(c + 1) - Edge(c)) / (double)max;
            return (n - expected) * (n - expected) / expected;
        }).Sum();
        Assert.InRange(chiSquare, 0, 40);
        long Edge(int c) => (((long)c * max) + cells - 1) / cells;
    }

    [Fact]
    public void Integers_below_zero_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new PhiloxStream(1, "x").NextInt(0));

    [Fact]
    public void Every_order_of_four_is_equally_likely()
    {
        var stream = new PhiloxStream(3, "orders");
        var counts = Enumerable.Range(0, 24_000).Select(_ => string.Concat(stream.Permutation(4))).CountBy(o => o).ToDictionary();
        Assert.Equal(24, counts.Count);
        Assert.All(counts.Values, n => Assert.InRange(n, 850, 1150));
    }

    [Fact]
    public void A_permutation_holds_every_number_once() =>
        Assert.Equal(Enumerable.Range(0, 1000), new PhiloxStream(3, "all").Permutation(1000).Order());

    [Theory]
    [InlineData(1, "a", 1)]
    [InlineData(0, "b", 1)]
    [InlineData(0, "a", 2)]
    public void Streams_that_differ_in_one_part_of_the_key_are_uncorrelated(ulong seed, string purpose, ulong index)
    {
        const int Length = 100_000;
        var (x, y) = (new float[Length], new float[Length]);
        new PhiloxStream(0, "a", 1).FillNormal(x, 0, 1);
        new PhiloxStream(seed, purpose, index).FillNormal(y, 0, 1);
        Assert.InRange(x.Zip(y, (a, b) => (double)a * b).Average() * Math.Sqrt(Length), -4, 4);
    }

    [Fact]
    public void Fills_allocate_nothing()
    {
        var (stream, buffer) = (new PhiloxStream(1, "alloc"), new float[1001]);
        stream.FillNormal(buffer, 0, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        stream.FillNormal(buffer, 0, 1);
        stream.Fill(buffer, 0, 1);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Fills_of_any_length_write_their_span_and_nothing_else()
    {
        const int Guard = 100;
        for (var length = 0; length < 200; length++)
        {
            Keeps(length, span => new PhiloxStream(1, "guard") { Position = 3 }.Fill(span, 1, 2));
            Keeps(length, span => new PhiloxStream(1, "guard").FillNormal(span, 1000, 1));
        }

        foreach (var lanes in new[] { 16, 32, 64 })
        {
            Keeps(8 * lanes, span => new PhiloxStream(1, "guard").Key.FillNormalLanes(span, lanes, 0));
            Keeps(8 * lanes, span => new PhiloxStream(1, "guard").Key.FillUniformLanes(span, lanes, 0));
        }

        static void Keeps(int length, Writer write)
        {
            var all = new float[length + 2 * Guard];
            Array.Fill(all, float.NaN);
            write(all.AsSpan(Guard, length));
            for (var i = 0; i < all.Length; i++) Assert.Equal(i < Guard || i >= Guard + length, float.IsNaN(all[i]));
        }
    }

    delegate void Writer(Span<float> destination);

    static void Fill(PhiloxStream stream, float[] destination, bool normal)
    {
        if (normal)
        {
            stream.FillNormal(destination, 0, 1);
        }
        else
        {
            stream.Fill(destination, 0, 1);
        }
    }

    static class Golden
    {
        public const uint Word = 3101855570;
        public const float Float = 0.04905933f;
        public const double Double = 0.1380260177396383;
        public const int Int = 230;
        public static readonly int[] Order = [2, 1, 3, 4, 0, 5];
        public static readonly float[] Normals = [0.16057448f, -0.15436734f, -0.21603012f, 1.456373f];
    }
}
