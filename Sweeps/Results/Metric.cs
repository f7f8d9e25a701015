namespace Grid.Sweeps.Results;

/// <summary>Names of measurements, as they stand in the tables.</summary>
public static class Metric
{
    /// <summary>Every name of this class.</summary>
    internal static IReadOnlyList<string> Names { get; } =
        [.. typeof(Metric).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!)];

    /// <summary>Accuracy of the defended model on the evaluation samples, not attacked.</summary>
    public const string CleanAccuracy = "clean_accuracy";

    /// <summary>Accuracy on the whole test set, not attacked.</summary>
    public const string TestAccuracy = "test_accuracy";

    /// <summary>Accuracy of the defended model on the evaluation samples under attack.</summary>
    public const string RobustAccuracy = "robust_accuracy";

    /// <summary>Share of the samples right when clean that the attack broke; for FRIENDS, the share of trials in which the attack
    /// succeeded; for backdoors, the share of the evaluation samples of other classes that are taken for the target when they carry the
    /// trigger.</summary>
    public const string AttackSuccessRate = "attack_success_rate";

    /// <summary>Share of the evaluation samples proven to keep their true class within a radius of the cell's strength, or, where the
    /// training set is partitioned, under any poison that changes as many samples in as many ways.</summary>
    public const string CertifiedAccuracy = "certified_accuracy";

    /// <summary>Mean certified L2 radius, 0 for a sample that is wrong or not proven.</summary>
    public const string AverageCertifiedRadius = "average_certified_radius";

    /// <summary>For votes of a partitioned training set: the most samples added, removed or with another label against which half of the
    /// evaluation samples are proven to keep their true class.</summary>
    public const string CertifiedMedian = "certified_median";

    /// <summary>Parts of a partitioned training set, of all, that a poison has changed: so many networks were trained anew.</summary>
    public const string Retrained = "retrained";

    /// <summary>Share of the evaluation samples of which nothing could be proven.</summary>
    public const string AbstainRate = "abstain_rate";

    /// <summary>Share of the evaluation samples under attack for which the classifier declines to answer; they count as wrong.</summary>
    public const string DeclinedRate = "declined_rate";

    /// <summary>For a model trained on a single-step attack: its accuracy under that attack at the strength of training.</summary>
    public const string SingleStepAccuracy = "single_step_accuracy";

    /// <summary>For a model trained on a single-step attack: its accuracy under PGD of the strength of training.</summary>
    public const string IterativeAccuracy = "iterative_accuracy";

    /// <summary>Share of the samples answered right whose loss has no gradient at the clean image: it is exactly zero, or not
    /// finite.</summary>
    public const string ZeroGradientRate = "zero_gradient_rate";

    /// <summary>Largest difference of a logit between two passes over the same images, the second in halves of the batch, of a classifier
    /// that does not say that it draws.</summary>
    public const string OutputChange = "output_change";

    /// <summary>Share of the evaluation samples under attack that an attacker must take for broken by their logits, and that are answered
    /// right all the same.</summary>
    public const string MisledRate = "misled_rate";

    /// <summary>Share of the adversarial images that leave [0, 1] or the strength of their attack, or are not finite; left out where there
    /// is none.</summary>
    public const string StrayedRate = "strayed_rate";

    /// <summary>Share of the evaluation samples whose image is also that of a trained sample, or of an evaluation sample before them; left
    /// out where there is none.</summary>
    public const string CopiedRate = "copied_rate";

    /// <summary>Backward passes through its network that a defended classifier takes to answer for a sample; left out where it takes
    /// none.</summary>
    public const string AnswerGradients = "answer_gradients";

    /// <summary>Accuracy of the defended model under the same attack made against its network alone, on the first 250 evaluation samples or
    /// all.</summary>
    public const string TransferAccuracy = "transfer_accuracy";

    /// <summary>Mean number of forward passes of the classifier that the attack takes for a sample if this strength alone is asked for; the
    /// passes before a gradient count too.</summary>
    public const string ForwardPasses = "forward_passes";

    /// <summary>Mean number of backward passes through the classifier that the attack takes for a sample if this strength alone is asked
    /// for.</summary>
    public const string GradientPasses = "gradient_passes";

    /// <summary>For an attack that looks for the nearest adversarial image: share of samples for which it found one.</summary>
    public const string DistanceFound = "distance_found";

    /// <summary>Lower quartile of the distance of such an attack over samples, 0 where the clean image is wrong; left out where
    /// infinite.</summary>
    public const string DistanceLow = "distance_q25";

    /// <summary>Median distance of such an attack over samples.</summary>
    public const string DistanceMedian = "distance_median";

    /// <summary>Upper quartile of the distance of such an attack over samples.</summary>
    public const string DistanceHigh = "distance_q75";

    /// <summary>Share of samples whose outputs are probabilities, in [0, 1] and 1 together, where an attack takes logits.</summary>
    public const string ProbabilityRate = "probability_rate";

    /// <summary>
    /// How near an attack's curve comes to the lowest known, in which a sample falls at the least strength at which any attack of the
    /// threat breaks it: 1 where it is that curve, 0 where the attack breaks nothing. Local optimality of AttackBench (AAAI 2025), at the
    /// strengths of the sweep.
    /// </summary>
    public const string Optimality = "optimality";

    /// <summary>Share of the evaluation samples that a part of an attack broke, which those before it had left.</summary>
    /// <param name="part">The name of the part of the attack.</param>
    public static string BrokenBy(string part) => $"broken_by_{part.Replace('-', '_')}";

    /// <summary>For a search over attacks: which of its list it found, from 1.</summary>
    public const string SearchChosen = "search_chosen";

    /// <summary>Forward passes of such a search for a sample, in the mean; they count in <see cref="ForwardPasses"/> too.</summary>
    public const string SearchForwardPasses = "search_forward_passes";

    /// <summary>Backward passes likewise.</summary>
    public const string SearchGradientPasses = "search_gradient_passes";

    /// <summary>Accuracy under one of the attacks that a search tried, on as many samples as it was tried on.</summary>
    /// <param name="attack">The attack, as tables name it.</param>
    public static string Tried(string attack) => $"tried {attack}";

    /// <summary>The share of victims of the same seeds, trained without the poison, that does what it is for all the same: what is left of
    /// <see cref="AttackSuccessRate"/> when this is taken away is the poison's.</summary>
    public const string CleanAttackSuccessRate = "clean_attack_success_rate";

    /// <summary>Number of images that a targeted poison was made for, each with a wanted class.</summary>
    public const string Targets = "targets";

    /// <summary>Number of networks that were trained from scratch on the poison of each target.</summary>
    public const string Victims = "victims";

    /// <summary>The loss that the making of a poison minimises, in the mean over targets; for gradient matching it is 1 less the
    /// cosine.</summary>
    public const string PoisonLoss = "poison_loss";

    /// <summary>Number of training samples that were poisoned: changed or added.</summary>
    public const string Poisoned = "poisoned";

    /// <summary>Number of training samples that carry the trigger of a backdoor under their true label; they do not count as
    /// poisoned.</summary>
    public const string Covers = "covers";

    /// <summary>For a backdoor: the success of the same trigger on the clean twin, the model of the same seed whose training set was not
    /// poisoned. Only what the poisoned model has beyond it is due to the poison.</summary>
    public const string TwinSuccessRate = "twin_success_rate";

    /// <summary>For a backdoor: share of the evaluation samples of other classes that are answered right although they carry the
    /// trigger.</summary>
    public const string TriggeredAccuracy = "triggered_accuracy";

    /// <summary>For a detector of triggers: the chance that it finds an image with a trigger more suspicious than a clean one.</summary>
    public const string DetectionAuc = "detection_auc";

    /// <summary>Lower end of the 95 % interval of <see cref="DetectionAuc"/>.</summary>
    public const string DetectionAucLow = "detection_auc_low";

    /// <summary>Upper end of the 95 % interval of <see cref="DetectionAuc"/>.</summary>
    public const string DetectionAucHigh = "detection_auc_high";

    /// <summary>Share of the images with a trigger that the detector finds at the threshold where it takes 1 % of the clean images for
    /// such.</summary>
    public const string DetectionTpr1 = "detection_tpr_at_fpr_1pct";

    /// <summary>Share of the images with a trigger that the detector finds at the threshold where it takes 5 % of the clean images for
    /// such.</summary>
    public const string DetectionTpr5 = "detection_tpr_at_fpr_5pct";

    /// <summary>For an inspection of a network: how far the smallest patch that leads to the backdoor's target lies below that of the usual
    /// class, in robust standard deviations; above 2 it is flagged.</summary>
    public const string AnomalyIndex = "anomaly_index";

    /// <summary>Number of classes that the inspection flags.</summary>
    public const string FlaggedClasses = "flagged_classes";

    /// <summary>Number of training samples that a filter removed.</summary>
    public const string Removed = "removed";

    /// <summary>Share of the samples that a filter removed which were poisoned.</summary>
    public const string RemovalPrecision = "removal_precision";

    /// <summary>Share of the poisoned samples that a filter removed.</summary>
    public const string RemovalRecall = "removal_recall";

    /// <summary>Mean over classes of the F1 score of a poisoned model; see <see cref="ClassScore"/>.</summary>
    public const string MacroF1 = "macro_f1";

    /// <summary>Mean over classes of the F1 score of the clean control; see <see cref="ClassScore"/>.</summary>
    public const string CleanMacroF1 = "clean_macro_f1";

    /// <summary>Accuracy of the defended model on the samples it was trained on; the gap to the test accuracy is what gives members
    /// away.</summary>
    public const string TrainAccuracy = "train_accuracy";

    /// <summary>Number of members that a privacy attack had to tell from as many others.</summary>
    public const string Members = "members";

    /// <summary>Chance that a privacy attack scores a member above another sample, over all thresholds; its 95 % interval is from DeLong's
    /// error.</summary>
    public const string Auc = "auc";

    /// <summary>Lower end of the interval of <see cref="Auc"/>.</summary>
    public const string AucLow = "auc_low";

    /// <summary>Upper end of the interval of <see cref="Auc"/>.</summary>
    public const string AucHigh = "auc_high";

    /// <summary>The <see cref="Auc"/> where samples are scored by networks that were not trained on them: 0.5 where members and others are
    /// alike.</summary>
    public const string AucUnseen = "auc_unseen";

    /// <summary>Share of the samples that a privacy attack judges right at its threshold, where members and others are equally
    /// many.</summary>
    public const string MembershipAccuracy = "membership_accuracy";

    /// <summary>True less false positive rate at the threshold of a privacy attack.</summary>
    public const string MembershipAdvantage = "membership_advantage";

    /// <summary>Share of the samples taken for members that are members.</summary>
    public const string MembershipPrecision = "membership_precision";

    /// <summary>Share of the members that are taken for members.</summary>
    public const string MembershipRecall = "membership_recall";

    /// <summary>Harmonic mean of <see cref="MembershipPrecision"/> and <see cref="MembershipRecall"/>.</summary>
    public const string MembershipF1 = "membership_f1";

    /// <summary>Share of the members found at the threshold where 1 % of the others are taken for members.</summary>
    public const string TprAtFpr1 = "tpr_at_fpr_1pct";

    /// <summary>Share of the members found at the threshold where 0.1 % of the others are taken for members.</summary>
    public const string TprAtFpr01 = "tpr_at_fpr_01pct";

    /// <summary>The points at which the curve of a privacy attack is kept, ascending: the share of others that is taken for members, and
    /// the name of the share of members that is found there.</summary>
    public static IReadOnlyList<(double FalsePositives, string Metric)> TruePositiveRates { get; } =
    [
        (0.001, TprAtFpr01), (0.002, "tpr_at_fpr_02pct"), (0.005, "tpr_at_fpr_05pct"), (0.01, TprAtFpr1), (0.02, "tpr_at_fpr_2pct"),
        (0.05, "tpr_at_fpr_5pct"), (0.1, "tpr_at_fpr_10pct"), (0.2, "tpr_at_fpr_20pct"), (0.5, "tpr_at_fpr_50pct"),
    ];

    /// <summary>The epsilon that a differentially private training guarantees, at <see cref="PrivacyDelta"/>; left out where batches were
    /// not Poisson-sampled, because then nothing is proven.</summary>
    public const string PrivacyEpsilon = "dp_epsilon";

    /// <summary>The chance at which the guarantee of <see cref="PrivacyEpsilon"/> may fail.</summary>
    public const string PrivacyDelta = "dp_delta";

    /// <summary>What an audit shows the epsilon of a training to exceed, with 95 % confidence.</summary>
    public const string AuditedEpsilon = "audited_epsilon";

    /// <summary>Share of an audit's guesses that are right; a half where nothing is remembered.</summary>
    public const string AuditAccuracy = "audit_accuracy";

    /// <summary>Mean absolute residual over the trials of a regression.</summary>
    public const string MeanAbsError = "mean_abs_error";

    /// <summary>Standard deviation of the residuals over the trials of a regression.</summary>
    public const string ResidualStd = "residual_std";

    /// <summary>Standard deviation of the gradient noise in units of the clip threshold: the noise axis of DP-SGD.</summary>
    public const string NoiseMultiplier = "noise_multiplier";
}
