using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks;

/// <summary>What a poisoning attack is aimed at. It never sees the test samples of <paramref name="Data"/>.</summary>
/// <param name="Data">The data set; its training samples are those that are trained on, and no others.</param>
/// <param name="Seed">The seed of the cell.</param>
/// <param name="Device">The device, for attacks that compute.</param>
/// <param name="Surrogate">The attacker's own network: the victim's architecture and recipe, trained on the clean set with another seed
/// than the victim's; the caller disposes it.</param>
/// <param name="Cancellation">Ends the work early.</param>
public sealed record PoisoningContext(Dataset Data, ulong Seed, Device Device, Func<Network> Surrogate, CancellationToken Cancellation)
{
    /// <summary>The architecture that will be trained on the poisoned set.</summary>
    public Model Model { get; init; } = new Softmax();

    /// <summary>How it will be trained.</summary>
    public TrainingRecipe Recipe { get; init; } = new(new Adam(), new Constant());

    /// <summary>
    /// Training samples that the recipe leaves aside (its parameter samples): the attacker may look at them. Null where it takes all.
    /// </summary>
    public Lazy<Samples?> Reserve { get; init; } = new((Samples?)null);

    /// <summary>Keeps what is costly to make and depends on the clean set, the attack and the seed alone, by a name that is unique among
    /// these.</summary>
    public Func<string, Func<IReadOnlyList<NamedTensor>>, IReadOnlyList<NamedTensor>> Remember { get; init; } = (_, make) => make();

    /// <summary>Gets a line at a time about what is being done.</summary>
    public Action<string> Report { get; init; } = _ => { };

    /// <summary>
    /// Random training samples, as many as the strength says, for an attack of this name: those of a smaller strength come first.
    /// </summary>
    internal int[] Choose(string purpose, double strength) =>
        new PhiloxStream(Seed, purpose).Permutation(Data.Train.Count)[..(int)Math.Round(strength * Data.Train.Count)];

    /// <summary>A class other than the given one, each equally likely, drawn for a sample.</summary>
    internal int WrongLabel(string purpose, int sample, int label) =>
        (label + 1 + new PhiloxStream(Seed, purpose, (ulong)sample).NextInt(Data.Classes - 1)) % Data.Classes;
}
