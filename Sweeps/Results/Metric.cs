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

    /// <summary>Mean over classes of the F1 score, for a poisoned model and for its control; see <see cref="ClassScore"/>.</summary>
    public const string MacroF1 = "macro_f1";

    public const string CleanMacroF1 = "clean_macro_f1";

    public const string MeanAbsError = "mean_abs_error";

    public const string ResidualStd = "residual_std";
}
