using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Friends;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses;

/// <summary>What a defender does. Every hook is optional; a defense that overrides none is no defense.</summary>
public abstract class Defense
{
    /// <summary>Whether the trained network differs from an undefended one: whether <see cref="Loss"/> is overridden.</summary>
    public virtual bool ChangesTraining => false;

    /// <summary>Whether the classifier differs from its network: whether <see cref="Wrap"/> is overridden.</summary>
    public virtual bool ChangesClassifier => false;

    /// <summary>The loss of a training step: a variable whose sum is minimised.</summary>
    public virtual Variable Loss(TrainingStep step) => step.Loss(step.Batch.Images);

    /// <summary>The classifier as deployed.</summary>
    public virtual Classifier Wrap(Classifier network) => network;
}

/// <summary>No defense.</summary>
[Named("none")]
public sealed class None : Defense;
