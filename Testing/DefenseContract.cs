using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;

namespace Grid.Testing;

/// <summary>
/// What must hold for every defense of a classifier. Each check throws a <see cref="ContractException"/> that says what does not hold.
/// </summary>
/// <param name="defense">The defense.</param>
public sealed class DefenseContract(Defense defense) : IDisposable
{
    readonly CpuDevice _device = new();

    /// <summary>Frees the device that the checks compute on.</summary>
    public void Dispose() => _device.Dispose();

    /// <summary>Makes all checks; the test of a plugin calls it.</summary>
    /// <exception cref="ContractException">A check fails.</exception>
    public void Holds()
    {
        TheSeedDecidesTheModel();
        ChangesTrainingAsItSays();
        ChangesTheClassifierAsItSays();
    }

    /// <summary>The same seed gives the same model, and another seed another.</summary>
    /// <exception cref="ContractException">The same seed gives another model, or another seed the same.</exception>
    public void TheSeedDecidesTheModel()
    {
        var model = Train(defense);
        ContractException.Unless(model.AsSpan().SequenceEqual(Train(defense)), "The same seed gives another model.");
        ContractException.Unless(!model.AsSpan().SequenceEqual(Train(defense, seed: 1)), "Another seed gives the same model.");
    }

    /// <summary>The defense changes training if and only if it says so.</summary>
    /// <exception cref="ContractException">The defense says something else than it does.</exception>
    public void ChangesTrainingAsItSays() => ContractException.Unless(
        defense.ChangesTraining != Train(defense).AsSpan().SequenceEqual(Train(new None())),
        defense.ChangesTraining ? "It says that it changes training, and the model is the same as without."
                : "It changes training, and says that it does not.");

    /// <summary>The defense changes the classifier if and only if it says so, and answers twice alike.</summary>
    /// <exception cref="ContractException">The defense says something else than it does.</exception>
    public void ChangesTheClassifierAsItSays()
    {
        var (network, images) = (SmallData.Network(_device, new Cnn()), SmallData.TestBatch(_device, ..50).Images);
        var wrapped = defense.Wrap(network);
        ContractException.Unless(
            defense.ChangesClassifier != Logits(wrapped, images).AsSpan().SequenceEqual(Logits(network, images)),
            defense.ChangesClassifier ? "It says that it changes the classifier, and the logits are the same."
                : "It changes the classifier, and says that it does not.");
        ContractException.Unless(Logits(wrapped, images).AsSpan().SequenceEqual(Logits(wrapped, images)),
            "Asked twice, it gives other logits.");
    }

    byte[] Train(Defense with, ulong seed = 0)
    {
        using var network = with.Train(
            new(new Cnn(), SmallData.Digits, SmallData.Digits.Train, SmallData.Recipe(epochs: 1, samples: 300), seed,
                _device, CancellationToken.None)
            { Reserve = SmallData.Digits.Train.From(300) });
        return network.Bytes();
    }

    static float[] Logits(Classifier classifier, Tensor images) =>
        classifier.Logits(new Tape(classifier.Device), Tape.Constant(images)).Value.ToArray();
}
