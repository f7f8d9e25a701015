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

    /// <summary>Share of the evaluation samples proven to keep their true class within an L2 radius of the cell's strength.</summary>
    public const string CertifiedAccuracy = "certified_accuracy";

    /// <summary>Mean certified L2 radius, 0 for a sample that is wrong or not proven.</summary>
    public const string AverageCertifiedRadius = "average_certified_radius";

    /// <summary>Share of the evaluation samples of which nothing could be proven.</summary>
    public const string AbstainRate = "abstain_rate";

    /// <summary>Share of the evaluation samples under attack for which the classifier declines to answer; they count as wrong.</summary>
    public const string DeclinedRate = "declined_rate";

    /// <summary>Of a model trained on a single-step attack: accuracy under that attack at the strength of training.</summary>
    public const string SingleStepAccuracy = "single_step_accuracy";

    /// <summary>The same under PGD of that strength.</summary>
    public const string IterativeAccuracy = "iterative_accuracy";

    /// <summary>Training samples that a filter removed, and how well it chose: shares of the removed that were poisoned, of the poisoned removed.</summary>
    public const string Removed = "removed";

    public const string RemovalPrecision = "removal_precision";

    public const string RemovalRecall = "removal_recall";

    public const string MeanAbsError = "mean_abs_error";

    public const string ResidualStd = "residual_std";
}
