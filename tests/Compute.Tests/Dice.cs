namespace Grid.Compute.Tests;

/// <summary>A small generator of test inputs (xorshift64*).</summary>
sealed class Dice(int seed)
{
    ulong _state = ((ulong)seed + 1) * 0x9E3779B97F4A7C15;

    ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1D;
    }

    /// <summary>Between low and high, both included.</summary>
    public int Int(int low, int high) => low + (int)(Next() >> 33) % (high - low + 1);

    public bool Coin() => Next() >> 63 == 1;

    public T Of<T>(params T[] choices) => choices[Int(0, choices.Length - 1)];

    public float Float(float low, float high) => low + (high - low) * ((Next() >> 40) / (float)(1 << 24));

    public float[] Floats(int count, float low = -1, float high = 1)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = Float(low, high);
        return values;
    }

    public float[] Floats(Shape shape) => Floats(shape.Count);
}
