using Grid.Compute.Random;

namespace Grid.Lab.Friends;

/// <summary>
/// The random numbers of a trial: functions of (seed, trial) alone, so that all cells of a grid, and the control, meet the same poison
/// and the same noise, scaled by their noise_std.
/// </summary>
static class FriendsDraws
{
    /// <summary>The poison points of a trial: sizes from the integers 1 to 10, prices from the integers 200 to 1000, uniformly.</summary>
    public static IEnumerable<(double Size, double Price)> Poison(ulong seed, int trial)
    {
        var stream = new PhiloxStream(seed, "friends/poison", (ulong)trial);
        while (true)
        {
            yield return (1 + stream.NextInt(10), 200 + stream.NextInt(801));
        }
    }

    /// <summary>Two draws of the Laplace distribution with scale 1: an exponential with a random sign.</summary>
    public static (double First, double Second) Laplace(ulong seed, int trial)
    {
        var stream = new PhiloxStream(seed, "friends/perturb", (ulong)trial);
        return (Next(), Next());

        double Next() => ((stream.NextUInt() & 1) == 0 ? 1 : -1) * -Math.Log(1 - stream.NextDouble());
    }

    /// <summary>The stream of the noise on gradients: standard normals 2 e and 2 e + 1 are the noise of epoch e on those of theta0 and
    /// theta1.</summary>
    public static PhiloxKey Noise(ulong seed, Phase phase, int trial) =>
        new(seed, Philox.Hash(phase == Phase.Attack ? "friends/attack-noise" : "friends/recover-noise"), (ulong)trial);

    /// <summary>The stream of the noise on points: block p * epochs + e is the noise on point p in epoch e.</summary>
    public static PhiloxKey Inputs(ulong seed, Phase phase, int trial) =>
        new(seed, Philox.Hash(phase == Phase.Attack ? "friends/attack-inputs" : "friends/recover-inputs"), (ulong)trial);
}
