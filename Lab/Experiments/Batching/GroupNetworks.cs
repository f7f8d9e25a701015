using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Privacy;
using Grid.Lab.Defenses.Partitioning;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Models;

namespace Grid.Lab.Experiments.Batching;

/// <summary>The networks that groups of cells need, trained as one before any group is run: first those that others wait for, then
/// theirs.</summary>
static class GroupNetworks
{
    /// <summary>Trains what the model store does not have.</summary>
    /// <param name="groups">Each group, with each strength for which it may have networks of its own.</param>
    /// <exception cref="OutOfMemoryException">Not even one network fits.</exception>
    public static void Train(IEnumerable<(ExperimentContext Setting, double Strength)> groups)
    {
        TogetherTraining.Train(groups.SelectMany(g => Before(g.Setting, g.Strength)));
        TogetherTraining.Train(groups.SelectMany(g => Own(g.Setting, g.Strength)));
        PartitionAnswers.Train(groups.Where(g => g.Setting.Defense is Dpa));
    }

    static IEnumerable<WantedNetwork> Before(ExperimentContext setting, double strength)
    {
        if (setting.Defense.AsksSurrogate && !setting.Models.Fetch(setting.KeptKey(strength))) yield return setting.Suspect(strength);
        if (setting.Attack is TransferAttack { Source: not GivenModel and var source }) yield return setting.OfSource(source).Stranger();
    }

    static IEnumerable<WantedNetwork> Own(ExperimentContext setting, double strength) => setting switch
    {
        { Defense: Dpa } => [],
        { Attack: PrivacyAttack attack } when strength > 0 => setting.ShadowNetworks(attack),
        _ => [setting.Own(strength)],
    };
}
