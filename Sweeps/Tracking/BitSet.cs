using System.Numerics;

namespace Grid.Sweeps.Tracking;

/// <summary>A fixed row of flags, 64 a word, that knows how many are set.</summary>
sealed class BitSet(int length)
{
    readonly ulong[] _words = new ulong[(length + 63) / 64];

    public int Ones { get; private set; }

    public bool this[int index] => (_words[index >> 6] >> index & 1) == 1;

    /// <summary>Sets or clears a flag; returns whether that changed anything.</summary>
    public bool Set(int index, bool value)
    {
        if (this[index] == value) return false;
        _words[index >> 6] ^= 1UL << index;
        Ones += value ? 1 : -1;
        return true;
    }

    /// <summary>The first flag set at or after an index, or -1.</summary>
    public int NextOne(int from)
    {
        var word = from >> 6;
        if (word >= _words.Length) return -1;
        var bits = _words[word] & ulong.MaxValue << from;
        while (bits == 0)
        {
            if (++word == _words.Length) return -1;
            bits = _words[word];
        }
        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }
}
