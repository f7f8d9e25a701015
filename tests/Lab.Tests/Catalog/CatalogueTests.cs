using System.Text.RegularExpressions;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Poisoning;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Layers;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Lab.Tests.Catalog;

public sealed partial class CatalogueTests
{
    public static TheoryData<string, string> Entries => new(Choices.All.Select(e => (e.Category, e.Name)));

    static Entry Find(string category, string name) => Catalogue.Vocabulary.Find(category, name)!;

    [Fact]
    public void Every_named_class_is_an_entry_under_a_name_of_its_own()
    {
        var named = typeof(Catalogue).Assembly.GetTypes().Where(t => t.IsDefined(typeof(NamedAttribute), inherit: false)).ToList();

        Assert.Equal(named.Count, Choices.All.Count());
        Assert.Equal(named.Count, Choices.All.Select(e => (e.Category, e.Name)).Distinct().Count());
        Assert.All(named, type => Assert.True(type.IsPublic && type.IsSealed && !type.IsAbstract, $"{type} must be public and sealed"));
    }

    [Fact]
    public void What_entries_cite_is_in_the_bibliography_and_all_of_it_is_cited()
    {
        // What the statistics follow is cited where they are described.
        string[] statistics = ["clopper1934use", "mcnemar1947note", "tango1998equivalence"];
        var cited = Choices.All.SelectMany(e => Find(e.Category, e.Name).Citations).ToHashSet();

        Assert.Equal(cited.Concat(statistics).Order(StringComparer.Ordinal), Catalogue.Vocabulary.References.Keys);
        Assert.All(Catalogue.Vocabulary.References.Keys, key =>
        {
            var entry = Catalogue.Vocabulary.References.Find(key)!;
            Assert.Matches(@"author = \{.+\}", entry.ReplaceLineEndings(" "));
            Assert.Matches(@"year = \{(19|20)\d\d\}", entry);
            Assert.Equal(entry.Count(c => c == '{'), entry.Count(c => c == '}'));
        });
    }

    [Fact]
    public void Every_attack_and_defense_that_follows_a_paper_cites_it()
    {
        foreach (var category in new[] { Category.Attack, Category.Defense })
            foreach (var entry in Catalogue.Vocabulary.In(category).Where(e => Regex.IsMatch(e.Source, @"\b(19|20)\d\d\b")))
                Assert.True(entry.Citations.Count > 0, $"{entry.Name} follows {entry.Source} and cites nothing.");
    }

    [Theory, MemberData(nameof(Entries))]
    public void An_entry_is_documented(string category, string name)
    {
        var entry = Find(category, name);
        Assert.EndsWith(".", entry.Summary, StringComparison.Ordinal);
        Assert.All(entry.Parameters,
            p => Assert.True(p.Summary.EndsWith('.'), $"'{p.Name}' of {name} has no doc comment that ends with a full stop"));
        if (category == Category.Attack) Assert.NotNull(entry.Strength);
    }

    [Theory, MemberData(nameof(Entries))]
    public void Names_are_kebab_case_and_parameters_snake_case(string category, string name)
    {
        Assert.Matches(Kebab(), name);
        Assert.All(Find(category, name).Parameters, p => Assert.Matches(Snake(), p.Name));
        Assert.All(Find(category, name).Parameters.SelectMany(p => p.Words ?? []), word => Assert.Matches(Kebab(), word));
    }

    [Theory, MemberData(nameof(Entries))]
    public void Defaults_lie_in_their_own_domain(string category, string name)
    {
        foreach (var p in Find(category, name).Parameters)
        {
            var fits = p.Default switch
            {
                null or Absent => true,
                Number n => (p.LowOpen ? n.Value > p.Low : n.Value >= p.Low) && (p.HighOpen ? n.Value < p.High : n.Value <= p.High),
                Word w => p.Words is null || p.Words.Contains(w.Value),
                Many m => p.Words is null || m.Values.All(v => v is Word w && p.Words.Contains(w.Value)),
                Pick c => Catalogue.Vocabulary.Find(p.Category!, c.Value.Name) is not null,
                _ => p.Kind == ParameterKind.Flag,
            };
            Assert.True(fits, $"the default of '{p.Name}' is outside its domain");
        }
    }

    [Theory, MemberData(nameof(Entries))]
    public void An_entry_can_be_made_with_its_defaults_and_with_every_word(string category, string name)
    {
        Assert.All(Choices.Variants(Find(category, name)), choice => Assert.NotNull(Create(category, choice)));
    }

    [Theory, MemberData(nameof(Entries))]
    public void An_unknown_parameter_is_an_error_that_names_the_nearest(string category, string name)
    {
        var entry = Find(category, name);
        if (entry.Parameters.Count == 0) return;
        var known = entry.Parameters[0].Name;
        var wrong = category is Category.Training or Category.Evaluation ? $"{{{known}x: 1}}" : $"{{{name}: {{{known}x: 1}}}}";
        if (category == Category.Layer) wrong = $"{{layers: [{wrong}]}}";
        if (category is Category.Optimizer or Category.Schedule) wrong = $"{{{category}: {wrong}}}";
        var key = category is Category.Optimizer or Category.Schedule
            ? Category.Training
            : category == Category.Layer ? Category.Model : category;
        var lines = new Dictionary<string, string>
        {
            ["name"] = "x",
            ["dataset"] = "digits",
            ["model"] = "softmax",
            ["attack"] = "fgsm",
            ["strength"] = "[0]"
        };
        lines[key] = wrong;

        var error = Assert.Throws<SpecException>(
            () =>
                SweepFile.Parse(string.Join('\n', lines.Select(line => $"{line.Key}: {line.Value}")), "sweep.yaml", Catalogue.Vocabulary));

        Assert.Contains($"'{known}x'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"did you mean '{known}'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_word_of_every_enumeration_means_its_own_value()
    {
        using var device = new CpuDevice();
        var victim = new PoisoningContext(SmallData.Digits, 3, device, () => SmallData.Network(device, new Softmax()),
            CancellationToken.None);
        foreach (var mode in Enum.GetValues<FlipMode>())
        {
            var word = Choices.Of(Category.Attack, "label-flip", ("mode", NameCase.Kebab(mode.ToString())));
            var poisoned = Catalogue.Create<PoisoningAttack>(word).Poison(victim, 0.1);
            Assert.Equal(new LabelFlip(mode).Poison(victim, 0.1).Samples.Labels, poisoned.Samples.Labels);
        }

        foreach (var attacker in Enum.GetValues<Attacker>())
            Assert.Equal(attacker,
                Choices.Create<Evaluation>(Category.Evaluation, "evaluation",
                    ("attacker", attacker.ToString().ToLowerInvariant())).Attacker);
    }

    [Fact]
    public void A_nested_choice_is_made_with_its_own_parameters()
    {
        var recipe = Choices.Create<TrainingRecipe>(Category.Training, "training",
            ("schedule", Choices.Of(Category.Schedule, "step", ("times", 1), ("factor", 0.5))));

        Assert.Equal(0.5, Assert.IsType<StepDecay>(recipe.Schedule).Factor(0.5));
        Assert.IsType<Adam>(recipe.Optimizer);
    }

    [Fact]
    public void What_a_constructor_refuses_names_the_choice()
    {
        var choice = Choices.Of(Category.Defense, "adversarial-training", ("attack", Choices.Of(Category.Attack, "label-flip")));
        var error = Assert.Throws<LabException>(() => Catalogue.Create<Defense>(choice));
        Assert.Contains("must be an evasion attack", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("adversarial-training", error.Message, StringComparison.Ordinal);
    }

    // As a cell that was planned before the entry had this parameter.
    [Fact]
    public void A_choice_that_lacks_a_setting_says_which()
    {
        var whole = Choices.Of(Category.Attack, "pgd");
        var choice = new Choice("pgd", whole.Settings.Where(s => s.Key != "steps").Select(s => (s.Key, s.Value)));
        foreach (var use in new Action[] { () => Catalogue.Create<Attack>(choice), () => Catalogue.Common(Category.Attack, choice) })
            Assert.Equal($"{choice}: it lacks steps, so it is of another version of Grid.", Assert.Throws<LabException>(use).Message);
    }

    static object Create(string category, Choice choice) => category switch
    {
        Category.Dataset => Catalogue.Create<DataSource>(choice),
        Category.Model => Catalogue.Create<Model>(choice),
        Category.Layer => Catalogue.Create<Layer>(choice),
        Category.Attack => Catalogue.Create<Attack>(choice),
        Category.Defense => Catalogue.Create<Defense>(choice),
        Category.Optimizer => Catalogue.Create<Optimizer>(choice),
        Category.Schedule => Catalogue.Create<Schedule>(choice),
        Category.Training => Catalogue.Create<TrainingRecipe>(choice),
        _ => Catalogue.Create<Evaluation>(choice),
    };

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Kebab();

    [GeneratedRegex("^[a-z0-9]+(_[a-z0-9]+)*$")]
    private static partial Regex Snake();
}
