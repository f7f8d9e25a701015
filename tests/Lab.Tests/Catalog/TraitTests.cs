using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Catalog;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Regression;
using Grid.Lab.Friends;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Curves;

namespace Grid.Lab.Tests.Catalog;

/// <summary>What an entry is, it says itself, whatever it and its parameters are called.</summary>
public sealed class TraitTests
{
    static readonly Documentation Texts = new(typeof(TraitTests).Assembly);

    [Named("bim"), Strength(StrengthUnit.Epsilon, 1000)]
    public sealed class Bim([Role(ParameterRole.Steps), Range(1, 100)] int iterations = 10,
        [Role(ParameterRole.StepSize)] double alpha = 0.1, Norm ball = Norm.Linf) : Still
    {
        public (int, double, Norm) All => (iterations, alpha, ball);
    }

    [Named("far"), Strength(StrengthUnit.Epsilon, 1000, Norm = "l2")]
    public sealed class Far : Still;

    [Named("tilted"), Strength(StrengthUnit.Other, 90, Name = "degrees")]
    public sealed class Tilted : Still;

    [Named("mute"), Strength(StrengthUnit.Epsilon, 1000)]
    public sealed class Mute : Still;

    public abstract class Still : EvasionAttack
    {
        public override Tensor[] Perturb(
            Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
            [.. strengths.Select(_ => batch.Images)];
    }

    static CatalogTraits Traits(params Type[] types) => new(new([.. types.Select(Described)]), (_, choice) => choice.Name, _ => false);

    static Entry Described(Type type) =>
        CatalogueContent.Describe(type, Texts, (_, name) => throw new InvalidOperationException($"No default is {name}."));

    [Fact]
    public void A_new_attack_called_bim_with_iterations_is_iterative_in_its_norm()
    {
        var traits = Traits(typeof(Bim));
        Assert.Equal(20, traits.Steps(new("bim", ("iterations", 20))));
        Assert.Equal(0.25, traits.StepSize(new("bim", ("alpha", 0.25))));
        Assert.Equal("l1", traits.Threat(new("bim", ("ball", "l1"))));
    }

    [Fact]
    public void An_attack_of_L2_alone_is_L2_without_a_parameter() => Assert.Equal("l2", Traits(typeof(Far)).Threat(new("far")));

    [Fact]
    public void An_axis_is_what_the_attack_declares()
    {
        var traits = Traits(typeof(Bim), typeof(Far), typeof(Tilted));
        Assert.Equal(new(StrengthUnit.Epsilon, "epsilon", "l1"), traits.Axis(new("bim", ("ball", "l1"))));
        Assert.Equal(new(StrengthUnit.Epsilon, "epsilon", "l2"), traits.Axis(new("far")));
        Assert.Equal(new(StrengthUnit.Other, "degrees"), traits.Axis(new("tilted")));
        Assert.All(Catalogue.Vocabulary.In(Category.Attack), e => Assert.NotEqual(StrengthUnit.Other, e.Unit));
    }

    [Fact]
    public void An_epsilon_in_no_norm_is_refused() =>
        Assert.Contains("in which norm", Assert.Throws<InvalidOperationException>(() => Traits(typeof(Mute))).Message,
            StringComparison.Ordinal);

    /// <summary>What parameters of the same names were taken for before they said it themselves.</summary>
    [Fact]
    public void Every_attack_says_of_itself_what_its_names_say()
    {
        foreach (var entry in Catalogue.Vocabulary.In(Category.Attack).Where(e => e.Kind == AttackKind.Evasion))
        {
            Assert.Equal(entry.Parameters.FirstOrDefault(p => p.Name == "steps"), entry.With(ParameterRole.Steps));
            Assert.Equal(entry.Parameters.FirstOrDefault(p => p.Name == "step_size"), entry.With(ParameterRole.StepSize));
            Assert.Equal(entry.Parameters.FirstOrDefault(p => p.Name == "norm"), entry.With(ParameterRole.Norm));
            Assert.Equal(entry.Name == "fgsm", entry.IsSingleStep);
            Assert.Equal(entry.Name == "noise", entry.IsControl);
        }
    }

    [Fact]
    public void An_attack_with_a_norm_of_its_own_bounds_what_it_says()
    {
        foreach (var entry in Catalogue.Vocabulary.In(Category.Attack).Where(e => e.Norm.Length > 0))
            Assert.Contains(entry.Norm, Enum.GetNames<Norm>().Select(n => n.ToLowerInvariant()));
    }

    /// <summary>A defense of regressions that is not ours runs as itself, not as none.</summary>
    sealed class Doubtful : RegressionDefense
    {
        public override FriendsOutcome Protocol(RegressionTask task) => task.Trim(starts: 1);
    }

    [Fact]
    public void A_defense_of_regressions_runs_what_it_says()
    {
        var task = new RegressionTask([1, 2, 3, 4], [2, 4, 6, 8], new(), Points: 1, Trials: 3, Seed: 5, _ => { }, CancellationToken.None);
        Defense defense = new Doubtful();
        var (own, trim) = (((RegressionDefense)defense).Protocol(task), new Trim(1).Protocol(task));
        Assert.Equal((trim.Trials, trim.SuccessCount, trim.MeanAbsError), (own.Trials, own.SuccessCount, own.MeanAbsError));
    }
}
