namespace Grid.Simulation.Tests;

/// <summary>Every chance that a simulation takes comes from its seed (SplitMix64, Steele et al. 2014).</summary>
sealed class Dice(ulong seed)
{
    ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to below a bound.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>In [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => probability > 0 && Unit() < probability;

    /// <summary>Evenly between two durations.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * Unit());

    public TimeSpan Seconds(double least, double most) => Between(TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most));

    public T Of<T>(IReadOnlyList<T> all) => all[Below(all.Count)];

    /// <summary>Dice of their own for a part, so that what it draws does not depend on the others.</summary>
    public Dice Fork() => new(Next());
}
