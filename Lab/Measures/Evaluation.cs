using System.ComponentModel.DataAnnotations;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Measures;

/// <summary>What the attacker knows of the defense.</summary>
public enum Attacker
{
    /// <summary>The attacker knows everything: the attack is made against the defended classifier.</summary>
    Adaptive,

    /// <summary>The attacker knows the network but not the defense around it. The numbers are no evidence of robustness.</summary>
    Naive,
}

/// <summary>How a cell is measured.</summary>
/// <param name="samples">Test samples attacked, from the first; 0 takes all.</param>
/// <param name="trials">For regressions: independent trials.</param>
/// <param name="attacker">adaptive attacks the defended classifier, naive the network without its defense.</param>
[Named("evaluation")]
public sealed class Evaluation(
    [Range(0, int.MaxValue)] int samples = 1000,
    [Range(1, 100_000_000)] int trials = 1000,
    [Role(ParameterRole.AttackerKnowledge)] Attacker attacker = Attacker.Adaptive)
{
    /// <summary>The number of test samples that are attacked, from the first; 0 takes all.</summary>
    public int Samples => samples;

    /// <summary>The number of independent trials of a regression.</summary>
    public int Trials => trials;

    /// <summary>What the attacker knows of the defense.</summary>
    public Attacker Attacker => attacker;
}
