namespace Grid.Sweeps.Results;

/// <summary>Names of measurements, as they stand in the tables.</summary>
public static class Metric
{
    /// <summary>Accuracy of the defended model on the evaluation samples, not attacked.</summary>
    public const string CleanAccuracy = "clean_accuracy";

    /// <summary>Accuracy on the whole test set, not attacked.</summary>
    public const string TestAccuracy = "test_accuracy";

    /// <summary>Accuracy of the defended model on the evaluation samples under attack.</summary>
    public const string RobustAccuracy = "robust_accuracy";

    /// <summary>Of the samples that were right when clean, the share the attack broke; of FRIENDS trials, the share that succeeded.</summary>
    public const string AttackSuccessRate = "attack_success_rate";

    /// <summary>Training samples that a filter removed, and how well it chose: shares of the removed that were poisoned, of the poisoned removed.</summary>
    public const string Removed = "removed";

    public const string RemovalPrecision = "removal_precision";

    public const string RemovalRecall = "removal_recall";

    public const string MeanAbsError = "mean_abs_error";

    public const string ResidualStd = "residual_std";

    /// <summary>Standard deviation of the gradient noise in units of the clip threshold: the noise axis of DP-SGD.</summary>
    public const string NoiseMultiplier = "noise_multiplier";
}
