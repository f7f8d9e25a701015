namespace Grid.Sweeps.Checks;

/// <summary>What a rule means, for a reader who meets it for the first time.</summary>
/// <param name="Id">The number of the rule, such as `H4`.</param>
/// <param name="Meaning">Why a sound evaluation keeps the rule, and what it most often means where it is broken.</param>
/// <param name="Remedy">What to do where the rule is broken.</param>
public sealed record RuleGuide(string Id, string Meaning, string Remedy)
{
    /// <summary>The guide to a rule; null where there is no such rule.</summary>
    /// <param name="id">The number of the rule, such as `H4`.</param>
    public static RuleGuide? Find(string id) => All.FirstOrDefault(g => string.Equals(g.Id, id, StringComparison.OrdinalIgnoreCase));

    /// <summary>The guides to all rules, in the order of their numbers.</summary>
    public static IReadOnlyList<RuleGuide> All { get; } =
    [
        new("H1",
            "Nothing is perturbed at strength 0. Another accuracy than the clean one there says that the attack changes its "
            + "images all the same, or that the two are counted on other samples.",
            "Look at the attack: its start, its rounding, its last projection. Compare the images at strength 0 with grid "
            + "show."),
        new("H2",
            "Whoever may change an image by more may also change it by less, so accuracy cannot rise with strength. Where it "
            + "does, the attack fails at the larger strength: its steps are too long or too few, or the gradient is masked.",
            "Give the attack more steps, restarts, or a step size in proportion to the strength; add an attack that needs no "
            + "gradient."),
        new("H3",
            "Within 0.5 in Linf every pixel may become grey, and no image is left to recognise. A model that is right there "
            + "has not been attacked, whatever the defense.",
            "Treat every curve of this defense as an upper bound. Look for the step that hides the gradient, and attack "
            + "around it."),
        new("H4",
            "An iterative attack may do whatever a single step does, and more. Where a single step breaks what the iteration "
            + "leaves, the iteration is badly tuned or the gradient is masked near the image; a model trained on single steps "
            + "that falls to PGD has overfitted to them.",
            "Raise steps and restarts, set the step size to about 2.5 x strength / steps, start at random; report the worst "
            + "case over attacks."),
        new("H5",
            "Random noise knows nothing of the model, and an attack on the undefended network knows nothing of the defense. "
            + "An attack that does no better than either has no use for what it sees: the gradient of the defended model leads "
            + "nowhere.",
            "Attack through the defense with a gradient that exists (straight-through), average over its draws, or use square"
            + " or a transfer attack."),
        new("H6",
            "An attack has converged when twice the steps break no more. Before that, accuracy under it says how patient the "
            + "attack was.",
            "Double the steps until accuracy stays; report the last."),
        new("H7",
            "Steps that together are shorter than the strength cannot reach the border of what is allowed, where the attack "
            + "is strongest.",
            "Make the step size times the steps at least the strength, and better twice the strength."),
        new("H9",
            "Where the loss has no gradient, or two passes over the same image disagree, an attack that follows gradients "
            + "stands still or runs in circles. The defense then hides from the attack in place of withstanding it.",
            "Attack the logits in place of probabilities, replace the step without gradient, average over draws; add square."),
        new("H11",
            "Kerckhoffs: the attacker knows the network and its defense. Accuracy against one who does not is an upper bound, and often "
            + "far from the truth.",
            "Leave evaluation: {attacker: adaptive}, the default, and keep the naive curve for comparison alone; beside transfer, attack "
            + "the model itself."),
        new("H12",
            "The attack must see what decides. Where what it sees says broken and the answer is right all the same, something"
            + " between the two is not attacked. A classifier that takes gradients of its own to answer changes with the image, and "
            + "an attack on it as it stands is an attack on another.",
            "Have the defense give the logits that it answers from; differentiate through what it does at inference, or take square."),
        new("H13",
            "Cross-entropy of probabilities has a vanishing gradient where the model is sure: attacks stall for want of "
            + "precision.",
            "Leave the softmax out of the model; attacks and losses bring their own."),
        new("H14",
            "Square looks at no gradient. What it breaks after the gradient attacks have given up, they missed because their "
            + "gradient is masked.",
            "Take the worst case with square, and look for what masks the gradient."),
        new("H15",
            "A model no better than guessing has no accuracy to lose: its curve is flat because there is nothing to attack. The same holds "
            + "for one that gives the commonest class always.",
            "Train it longer, or check labels, scaling of pixels, the data set and whether its classes are equally many."),
        new("H16",
            "An attack of a fixed strength and the search for the nearest adversarial image answer the same question. Who "
            + "leaves more accuracy has searched worse.",
            "Give the weaker of the two more steps or restarts, and report the worst case."),
        new("H17",
            "On 100 samples a rate is known to within ten points: defenses cannot be told apart.",
            "Raise evaluation: {samples: ...}; 1,000 samples give three points."),
        new("H18",
            "A strength promises that no image is changed by more. An image further away, outside of [0, 1] or not a number is one that "
            + "the attacker may not show, and accuracy on it says nothing about the strength.",
            "Project each step onto the ball and clip to [0, 1]; the contract tests of Grid.Testing find both."),
        new("H21",
            "A certificate is a proof. More certified than holds under attack is impossible: one of the two is wrong, or the "
            + "norms differ.",
            "Compare the norm and radius of certificate and attack; count declined answers as the certificate does."),
        new("H22",
            "A sample that was trained on is answered from memory, and a sample that stands twice counts twice: both make accuracy, and "
            + "its interval, better than they are.",
            "Take duplicates out before the data are split; tables of few features may hold some by chance."),
        new("H24",
            "Few members found for sure are what hurts in privacy. A rate at 0.1 % false positives needs 10,000 others to be "
            + "more than a handful, and members must not differ from others by themselves.",
            "Raise evaluation: {samples: ...}; where the data differ, compare with networks that saw neither."),
        new("H25",
            "A guarantee of differential privacy is a proof about noise and Poisson sampling: training without either has none. An audit "
            + "that finds a larger epsilon than is stated refutes the statement.",
            "Train with noise and Poisson sampling; where an audit exceeds the stated epsilon, look for what the accounting leaves out."),
        new("H26",
            "A trigger may turn the answers of a model that was never poisoned: then it is an evasion attack. Only what it does "
            + "beyond the clean twin is the backdoor's.",
            "Quote the difference to the clean twin, and take a smaller or fainter trigger."),
        new("H27",
            "To remove any samples removes some poison, and to guess finds some triggers. A filter or detector that does no "
            + "better has found nothing.",
            "Compare with random-filter at the same share; take another filter."),
        new("H28",
            "A poison for one image may hit it by luck, and some images are taken for another class by networks without any "
            + "poison. Few targets or victims tell neither from an attack.",
            "Ask for 10 targets and 8 victims or more, and take the clean victims' share away."),
    ];
}
