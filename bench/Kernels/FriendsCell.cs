using BenchmarkDotNet.Attributes;
using Grid.Lab.Friends;

namespace Grid.Kernels;

/// <summary>200 trials of one cell of the FRIENDS grid, all phases, 10,000 epochs each.</summary>
[MemoryDiagnoser]
public class FriendsCell
{
    static readonly double[] Sizes = [1, 2, 3, 4, 5];
    static readonly double[] Prices = [100, 150, 200, 250, 300];

    [Benchmark]
    public double Trials() =>
        FriendsTrials.Run(Sizes, Prices, new(8, 8, FriendsProtocol.AllPhases), poisonPoints: 1, trials: 200, seed: 1).SuccessRate;
}
