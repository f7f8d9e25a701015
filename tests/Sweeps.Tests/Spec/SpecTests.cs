using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Tests.Plans;

namespace Grid.Sweeps.Tests.Spec;

public class SpecTests
{
    static string Sweep(string line) => $"{{name: x, dataset: digits, model: cnn, attack: fgsm, {line}}}";

    static IReadOnlyList<double> Strengths(string strength) => PlanTests.Parsed(Sweep($"strength: {strength}")).Parts[0].Strengths;

    static IEnumerable<string> Texts(string axis, string line) =>
        PlanTests.Parsed(Sweep($"strength: 0, {line}")).Parts[0].Axes.Single(a => a.Name == axis).Values.Expand().Select(Canonical.Text);

    [Theory]
    [InlineData("0.1", new[] { 0, 0.1 })]
    [InlineData("[0.3, 0, 0.1, 0.3]", new[] { 0, 0.1, 0.3 })]
    [InlineData("-0.0", new[] { 0.0 })]
    [InlineData("[1e-3, 0x10, 0o17, +2, .5]", new[] { 0, 0.001, 0.5, 2, 15, 16 })]
    [InlineData("{from: 0, to: 0.3, step: 0.1}", new[] { 0, 0.1, 0.2, 0.3 })]
    [InlineData("{from: 0, to: 0.35, step: 0.1}", new[] { 0, 0.1, 0.2, 0.3 })]
    [InlineData("{from: 0.001, to: 1, count: 4, scale: log}", new[] { 0, 0.001, 0.01, 0.1, 1 })]
    [InlineData("{from: 3, to: 1, count: 3}", new[] { 0.0, 1, 2, 3 })]
    [InlineData("[{from: 1, to: 2, count: 2}, 8]", new[] { 0.0, 1, 2, 8 })]
    [InlineData("[8/255, 2/255]", new[] { 0, 2 / 255.0, 8 / 255.0 })]
    [InlineData("{from: 0, to: 1/2, count: 3}", new[] { 0, 0.25, 0.5 })]
    [InlineData("[0.3, 0.30000000000000004, {from: 0, to: 0.9, step: 0.3}]", new[] { 0, 0.3, 0.6, 0.9 })]
    [InlineData("[8/255, 0.031372549, 1e-300, 1e300]", new[] { 0, 1e-300, 0.031372549, 8 / 255.0, 1e300 })]
    public void Strengths_ascend_from_the_control(string yaml, double[] strengths) => Assert.Equal(strengths, Strengths(yaml));

    [Theory]
    [InlineData("seeds: 3", "0 1 2")]
    [InlineData("seeds: [3, 7]", "3 7")]
    [InlineData("seeds: [3]", "3")]
    [InlineData("seeds: {from: 3, to: 7, step: 2}", "3 5 7")]
    [InlineData("seeds: {from: 3, to: 5}", "3 4 5")]
    [InlineData("trials: 1", "0")]
    public void Seeds_are_counted_or_listed(string yaml, string seeds) => Assert.Equal(seeds, string.Join(' ', Texts("seed", yaml)));

    [Theory]
    [InlineData("training: {epochs: 5}", "training(batch=128, decay=none, epochs=5, optimizer=adam(beta1=0.9, lr=0.001))")]
    [InlineData("training: {optimizer: {sgd: [0.1, 0.2]}}",
        "training(batch=128, decay=none, epochs=3, optimizer=sgd(lr=0.1))|training(batch=128, decay=none, epochs=3, "
        + "optimizer=sgd(lr=0.2))")]
    [InlineData("training: {decay: [none, cosine]}",
        "training(batch=128, decay=none, epochs=3, optimizer=adam(beta1=0.9, lr=0.001))|training(batch=128, decay=cosine(end=0), epochs=3, "
        + "optimizer=adam(beta1=0.9, lr=0.001))")]
    public void Every_default_is_written_out_and_nested_lists_multiply(string yaml, string texts) =>
        Assert.Equal(texts, string.Join('|', Texts("training", yaml)));

    [Theory]
    [InlineData("{npz: a.npz}", "npz(path=a.npz, shuffle=true)")]
    [InlineData("{npz: '2024'}", "npz(path=2024, shuffle=true)")]
    [InlineData("[mnist, npz: {shuffle: [true, false], path: a}]", "mnist(fold=0)|npz(path=a, shuffle=true)|npz(path=a, shuffle=false)")]
    public void The_first_parameter_may_stand_alone(string dataset, string texts) => Assert.Equal(texts,
        string.Join('|',
            PlanTests.Parsed($"{{name: x, dataset: {dataset}, model: cnn, attack: fgsm, strength: 0}}").Parts[0].Axes[0].Values
                .Expand()
                .Select(Canonical.Text)));

    [Theory]
    [InlineData("[attack, recover]", 1)]
    [InlineData("[[attack, recover]]", 1)]
    [InlineData("[[attack], [attack, recover], []]", 3)]
    public void A_list_is_one_value_and_a_list_of_lists_an_axis(string phases, int count) =>
        Assert.Equal(count, Texts("defense", $"defense: {{friends: {{phases: {phases}}}}}").Count());

    [Fact]
    public void Twelve_orders_of_magnitude_are_counted_without_being_expanded()
    {
        var spec = PlanTests.Parsed("""
            {name: x, dataset: digits, model: {mlp: {hidden: {from: 1, to: 10000}}},
            attack: {pgd: {steps: {from: 1, to: 1000}, restarts: {from: 1, to: 1000}}},
            strength: {from: 0, to: 1, count: 100}}
            """);

        Assert.Equal(1_000_000_000_000, spec.CellCount);
        Assert.Equal("the sweep 'x' has 1,000,000,000,000 cells, and one plan holds 100,000,000; split it",
            Assert.Throws<SpecException>(() => Sweeps.Plans.Plan.Of(spec, (_, _) => "", "1")).Message);
    }

    /// <summary>JSON is YAML: the canonical JSON of a choice is a way to write it, defaults and all.</summary>
    [Fact]
    public void The_canonical_json_of_a_choice_reads_back_as_the_choice()
    {
        var number = Gen.Choose(1, 9).SelectMany(a => Gen.Choose(-12, 12).Select(e => a * 1.37 * Math.Pow(10, e)));
        var pgd = from steps in Gen.Choose(1, 100000)
                  from norm in Gen.Elements("l2", "linf")
                  from size in Gen.OneOf(number.Select(n => (ParameterValue)n), Gen.Constant((ParameterValue)new Absent()))
                  select new Choice("pgd", ("steps", (double)steps), ("restarts", 1.0), ("norm", norm), ("step_size", size));
        var word = Gen.ArrayOf(Gen.Elements('a', 'Z', '0', ' ', ':', '#', '"', '\'', '\\', '-', '\n', '\t', '{', 'ä', '€', '&', '*'))
            .Select(c => new string(c));
        var defense = Gen.OneOf(
            from attack in pgd
            from epsilon in Gen.Choose(0, 1000)
            select new Choice("adversarial-training", ("attack", attack), ("epsilon", epsilon / 1000.0)),
            from std in number
            from phases in Gen.NonEmptyListOf(Gen.Elements("attack", "perturb", "recover"))
            select new Choice("friends", ("noise_std", std), ("clip_threshold", std),
                ("phases", new Many([.. phases.Select(p => (ParameterValue)p)]))));
        var cell = from d in defense
                   from path in word
                   from shuffle in Gen.Elements(true, false)
                   select (Defense: d, Dataset: new Choice("npz", ("path", path), ("shuffle", shuffle)));

        Prop.ForAll(cell.ToArbitrary(), c =>
        {
            var yaml = $"{{name: x, dataset: {Canonical.Json(c.Dataset).ToJsonString()}, model: cnn, attack: fgsm, strength: 0, "
                + $"defense: {Canonical.Json(c.Defense).ToJsonString()}}}";
            var read = PlanTests.Planned(yaml).Cells.Single().Cell;
            return read.Defense.Equals(c.Defense) && read.Dataset.Equals(c.Dataset);
        }).QuickCheckThrowOnFailure();
    }
}
