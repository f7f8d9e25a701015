using System.Runtime.Intrinsics;

namespace Grid.Compute.Random;

/// <summary>The random words of one <see cref="PhiloxKey"/> in order, and the numbers drawn from them. It is seekable: element i of a fill
/// depends on key and position alone, so a fill may be cut anywhere. It gives the same bytes on every machine. One thread at a time may use
/// it.</summary>
/// <param name="key">The key of the stream.</param>
public sealed class PhiloxStream(PhiloxKey key)
{
    internal const ulong Words = 1UL << 34;
    internal const int Tile = 64;

    ulong _position;
    ulong _cachedBlock = ulong.MaxValue;
    PhiloxBlock _cached;

    /// <summary>The stream of <paramref name="seed"/> for a purpose, and within it for one of many alike (trial, sample, layer).</summary>
    /// <param name="seed">The seed of the experiment.</param>
    /// <param name="purpose">What the numbers are for; streams of different purposes are independent.</param>
    /// <param name="index">The number of the stream among many of one purpose, from 0.</param>
    public PhiloxStream(ulong seed, string purpose, ulong index = 0)
        : this(new PhiloxKey(seed, Philox.Hash(purpose), index))
    {
    }

    /// <summary>The key of the stream.</summary>
    public PhiloxKey Key => key;

    /// <summary>The number of words drawn so far, below 2^34; may be set.</summary>
    public ulong Position
    {
        get => _position;
        set => _position = value <= Words ? value : throw Exhausted();
    }

    /// <summary>The next word, each of its values equally likely.</summary>
    public uint NextUInt()
    {
        if (_position >= Words)
        {
            throw Exhausted();
        }

        var block = _position / 4;
        if (block != _cachedBlock)
        {
            _cached = Philox.Block(key.Seed, new((uint)block, key.Purpose, (uint)key.Index, (uint)(key.Index >> 32)));
            _cachedBlock = block;
        }

        return (_position++ % 4) switch { 0 => _cached.W0, 1 => _cached.W1, 2 => _cached.W2, _ => _cached.W3 };
    }

    /// <summary>The next two words as one, the first in the lower half.</summary>
    public ulong NextULong() => NextUInt() | ((ulong)NextUInt() << 32);

    /// <summary>A number uniform in [0, 1), a multiple of 2^-24; takes one word.</summary>
    public float NextFloat() => (NextUInt() >> 8) * (1f / (1 << 24));

    /// <summary>A number uniform in [0, 1), a multiple of 2^-53; takes two words.</summary>
    public double NextDouble() => (NextULong() >> 11) * (1.0 / (1L << 53));

    /// <summary>A whole number uniform in [0, <paramref name="exclusiveMax"/>), without bias (Lemire, "Fast random integer generation in an
    /// interval", 2019).</summary>
    /// <param name="exclusiveMax">The bound above, which is not reached; 1 or more.</param>
    public int NextInt(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        var range = (uint)exclusiveMax;
        var product = (ulong)NextUInt() * range;
        if ((uint)product < range)
        {
            var threshold = (0u - range) % range;
            while ((uint)product < threshold)
            {
                product = (ulong)NextUInt() * range;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>Fills with numbers uniform in [low, high), up to the rounding of the sum; takes one word for each element.</summary>
    /// <param name="destination">The memory to fill.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The bound above, which is not reached.</param>
    public void Fill(Span<float> destination, float low, float high) => Draw(destination, low, high, normal: false);

    /// <summary>Fills with normal numbers of the given mean and standard deviation; takes one word for each element.</summary>
    /// <param name="destination">The memory to fill.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="std">The standard deviation, 0 or more.</param>
    public void FillNormal(Span<float> destination, float mean, float std) => Draw(destination, mean, std, normal: true);

    /// <summary>Shuffles items in place; every order is equally likely (Fisher and Yates).</summary>
    /// <param name="items">The items, whose order is changed.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The numbers 0 .. n-1 in random order.</summary>
    /// <param name="n">How many numbers there are.</param>
    public int[] Permutation(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var order = new int[n];
        for (var i = 0; i < n; i++)
        {
            order[i] = i;
        }

        Shuffle<int>(order);
        return order;
    }

    void Draw(Span<float> destination, float first, float second, bool normal)
    {
        if (Words - _position < (ulong)destination.Length)
        {
            throw Exhausted();
        }

        // Whole tiles of words are drawn in place; where a fill begins or ends within a tile, its part is copied.
        Span<float> tile = stackalloc float[Tile];
        while (!destination.IsEmpty)
        {
            var (start, offset) = (_position / Tile * Tile / 4, (int)(_position % Tile));
            var whole = destination.Length / Tile * Tile;
            int taken;
            if (offset == 0 && whole > 0)
            {
                taken = whole;
                Tiles((uint)start, destination[..taken], first, second, normal);
            }
            else
            {
                taken = Math.Min(Tile - offset, destination.Length);
                Tiles((uint)start, tile, first, second, normal);
                tile.Slice(offset, taken).CopyTo(destination);
            }

            destination = destination[taken..];
            _position += (ulong)taken;
        }
    }

    void Tiles(uint block, Span<float> tiles, float first, float second, bool normal)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            PhiloxFill<WordLanes512, Vector512<uint>, Vector512<float>>.Tiles(key, block, tiles, first, second, normal);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            PhiloxFill<WordLanes256, Vector256<uint>, Vector256<float>>.Tiles(key, block, tiles, first, second, normal);
        }
        else
        {
            PhiloxFill<WordLanes128, Vector128<uint>, Vector128<float>>.Tiles(key, block, tiles, first, second, normal);
        }
    }

    InvalidOperationException Exhausted() => new($"The random stream {key} has no more than 2^34 words.");
}
