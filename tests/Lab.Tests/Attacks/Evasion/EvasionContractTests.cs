using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Catalog;
using Grid.Lab.Tests.Catalog;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Tests.Attacks.Evasion;

/// <summary>What holds for every evasion attack of the catalogue, with its defaults and with each of its words.</summary>
public sealed class EvasionContractTests
{
    // What holds does so for any number of steps: few are quick.
    static readonly Dictionary<string, double> Few = new() { ["steps"] = 15, ["queries"] = 40, ["searches"] = 2, ["directions"] = 10 };

    static readonly Dictionary<string, Choice> Variants =
        Choices.Named(Category.Attack, AttackKind.Evasion).ToDictionary(v => v.Key, v => Quick(v.Value));

    public static TheoryData<string> Attacks => [.. Variants.Keys];

    public static TheoryData<string, string> AttacksAndTargets =>
        new(from attack in Variants.Keys from target in EvasionContract.Targets select (attack, target));

    static Choice Quick(Choice choice)
    {
        foreach (var (name, count) in Few)
            if (choice.Settings.GetValueOrDefault(name) is Number number)
                choice = choice with { Settings = choice.Settings.SetItem(name, Math.Min(count, number.Value)) };
        // In so few steps it breaks nothing with a small weight.
        return choice.Name == "carlini-wagner" ? choice with { Settings = choice.Settings.SetItem("c", 10).SetItem("lr", 0.1) } : choice;
    }

    [Theory, MemberData(nameof(Attacks))]
    public void Strength_0_gives_the_very_same_images(string attack) => Check(attack, contract => contract.StrengthZeroIsTheIdentity());

    [Theory, MemberData(nameof(Attacks))]
    public void Images_stay_within_budget_and_box(string attack) => Check(attack, contract => contract.StaysWithinBudgetAndBox());

    [Theory, MemberData(nameof(Attacks))]
    public void The_budget_is_used(string attack) => Check(attack, contract => contract.UsesItsBudget());

    [Theory, MemberData(nameof(Attacks))]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others_if_the_attack_draws(string attack) => Check(attack, contract =>
    {
        // What is not known here may draw or not.
        bool? draws = Variants[attack].Name switch
        {
            "pgd" => !(Variants[attack].Settings.TryGetValue("random_start", out var start) && start.Equals(new Flag(false))),
            "noise" => true,
            "fgsm" or "spatial" or "stadv" => false,
            _ => null,
        };
        var other = contract.TheSameSeedGivesTheSameBytes();
        if (draws is { } expected) Assert.Equal(expected, other);
    });

    [Theory, MemberData(nameof(AttacksAndTargets))]
    public void A_row_depends_neither_on_its_batch_nor_on_the_other_strengths(string attack, string target) =>
        Check(attack, contract => contract.RowsStandAlone(target));

    [Theory, MemberData(nameof(Attacks))]
    public void Cancellation_ends_an_attack(string attack)
    {
        // What follows no gradient is done at once, unless it searches.
        if (Variants[attack].Name != "spatial" && Catalogue.Create<EvasionAttack>(Variants[attack]).Objective == Objective.None) return;
        Check(attack, contract => contract.EndsWhenCancelled());
    }

    static void Check(string attack, Action<EvasionContract> check)
    {
        using var contract = new EvasionContract(Catalogue.Create<EvasionAttack>(Variants[attack]), NormOf(attack));
        check(contract);
    }

    static string? NormOf(string attack) =>
        Variants[attack].Settings.GetValueOrDefault("norm") is Word norm ? norm.Value
        : Catalogue.Vocabulary.Find(Category.Attack, Variants[attack].Name)!.Norm is { Length: > 0 } only ? only : null;
}
