using Grid.Testing;

namespace MyPlugin.Tests;

/// <summary>What must hold for every attack and defense of Grid holds for these.</summary>
public sealed class ContractTests
{
    [Fact]
    public void Contrast_is_an_evasion_attack_like_any_other()
    {
        using var contract = new EvasionContract(new Contrast(), norm: "linf");
        contract.Holds();
    }

    [Fact]
    public void The_attack_of_CONTRIBUTING_is_one_too()
    {
        using var contract = new EvasionContract(new MyAttack(), norm: "l2");
        contract.Holds();
    }

    [Fact]
    public void Fade_is_a_defense_like_any_other()
    {
        using var contract = new DefenseContract(new Fade());
        contract.Holds();
    }

    [Fact]
    public void A_defense_that_says_too_much_is_found()
    {
        using var contract = new DefenseContract(new Fade(share: 1));
        Assert.Contains("the logits are the same", Assert.Throws<ContractException>(contract.Holds).Message, StringComparison.Ordinal);
    }
}
