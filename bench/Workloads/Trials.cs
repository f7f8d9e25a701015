using Grid.Compute.Random;
using Grid.Lab.Friends;

namespace Grid.Workloads;

/// <summary>200 trials of one cell of the FRIENDS grid: noise 8, clip 8, all phases, 10,000 epochs each.</summary>
static class Trials
{
    const int Count = 200;

    static readonly double[] Sizes = [1, 2, 3, 4, 5];
    static readonly double[] Prices = [100, 150, 200, 250, 300];
    static readonly FriendsProtocol Protocol = new(8, 8, FriendsProtocol.AllPhases);

    public static string Cell() => FormattableString.Invariant(
        $"success {FriendsTrials.Run(Sizes, Prices, Protocol, poisonPoints: 1, Count, seed: 1).SuccessRate:F3}");

    /// <summary>The 8 million normals of the cell, 64 trials side by side into a block that stays in cache.</summary>
    public static string Draws()
    {
        const int lanes = 64, epochs = 32;
        var values = new float[2 * epochs * lanes];
        var blocks = Count * 2L * 20_000 / values.Length;
        for (var i = 0; i < blocks; i++) new PhiloxKey(1, 1, 0).FillNormalLanes(values, lanes, (uint)(i * epochs / 2));
        return $"{blocks * values.Length} normals";
    }
}
