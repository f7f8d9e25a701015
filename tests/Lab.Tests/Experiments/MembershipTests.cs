using Grid.Compute.Cpu;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Datasets;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Lab.Tests.Experiments;

public sealed class MembershipTests
{
    const string Quick = "{epochs: 60, samples: 150, batch: 15}";

    static readonly DatasetCache Datasets = new(RealData.DataFolder());

    static Cell[] Cells(string attack, string defense = "none", string training = Quick, string more = "") =>
    [
        .. Plan.Of(
            SweepFile.Parse(
                $"name: m\ndataset: digits\nmodel: softmax\ntraining: {training}\nattack: {attack}\ndefense: {defense}\nstrength: "
                + $"1\nevaluation: {{samples: 0}}\n{more}",
                "sweep.yaml", Catalogue.Vocabulary),
            (_, _) => "content", LabVersion.Current).Cells.Select(c => c.Cell),
    ];

    static CellResult[] Run(Cell[] cells, ModelStore? models = null, List<string>? lines = null, int threads = 1,
        Action<string>? onLine = null, CancellationToken ct = default)
    {
        using var device = new CpuDevice(threads);
        var laboratory = new ExperimentRunner(Datasets, models ?? new(null), TimeProvider.System, "test");
        List<CellResult> results = [];
        foreach (var group in cells.GroupBy(c => c with { Strength = 0 }))
            laboratory.Run([.. group.Select(c => (c, CellId.Of(c, "content", "1")))], device, 1, Say, results.Add, ct);
        Assert.All(results, r => Assert.Null(r.Error));
        return [.. results];

        void Say(string line)
        {
            lines?.Add(line);
            onLine?.Invoke(line);
        }
    }

    static double Value(CellResult result, string metric) => result.Measurements[metric].Value;

    static string? Objection(string attack, string training, string defense = "none", string more = "")
    {
        var cell = Cells(attack, defense, training, more)[^1];
        return Compatibility.Objection(cell, Data(new Digits()));
    }

    static Choice Linear => new("linear", Catalogue.Vocabulary.Find("model", "linear")!.Parameters.Select(p => (p.Name, p.Default!)));

    static Dataset Data(DataSource source) =>
        Datasets.Load(source.GetType().Name, source, null, CancellationToken.None).GetAwaiter().GetResult();

    public static TheoryData<string> Attacks => ["{confidence-threshold: {threshold: 0.8}}", "loss-threshold", "shadow-models",
        "{lira: {shadows: 8}}", "{lira: {shadows: 4, offline: true}}",
        "{rmia: {shadows: 1}}", "{rmia: {shadows: 2, offline: false}}", "{label-only: {std: 0.3}}"];

    [Theory, MemberData(nameof(Attacks))]
    public void Members_of_an_overfitted_model_are_told_from_others_and_the_control_tells_nothing(string attack)
    {
        var results = Run(Cells(attack));
        var (control, attacked) = (results[0], results[1]);
        Assert.Equal(150, Value(attacked, Metric.Members));
        Assert.True(Value(attacked, Metric.TrainAccuracy) > Value(attacked, Metric.TestAccuracy) + 0.05);
        Assert.InRange(Value(attacked, Metric.Auc), 0.6, 0.95);
        // Enough points for a curve, which rises.
        var found = Metric.TruePositiveRates.Select(at => Value(attacked, at.Metric)).ToList();
        Assert.True(found.Count >= 9);
        Assert.Equal(found.Order(), found);
        Assert.InRange(Value(control, Metric.Auc), 0.4, 0.6);
        Assert.Equal(Value(control, Metric.TrainAccuracy), Value(attacked, Metric.TrainAccuracy));
        Assert.InRange(0.5, Value(control, Metric.AucLow), Value(control, Metric.AucHigh));
        // Balanced: accuracy and advantage say the same, and an outcome is set where the attack is wrong.
        Assert.Equal((1 + Value(attacked, Metric.MembershipAdvantage)) / 2, Value(attacked, Metric.MembershipAccuracy), 1e-12);
        Assert.Equal(300 - attacked.Outcomes!.Ones, attacked.Measurements[Metric.MembershipAccuracy].Successes);
        var (precision, recall) = (Value(attacked, Metric.MembershipPrecision), Value(attacked, Metric.MembershipRecall));
        Assert.Equal(2 * precision * recall / (precision + recall), Value(attacked, Metric.MembershipF1), 1e-12);
    }

    [Theory, MemberData(nameof(Attacks))]
    public void A_result_depends_on_its_cell_alone(string attack)
    {
        var cells = Cells(attack);
        var together = Run(cells);
        Assert.Equal(Numbers(together[1]), Numbers(Run([cells[1]], threads: 2)[0]));
        Assert.Equal(Numbers(together[0]), Numbers(Run([cells[0]])[0]));

        static string Numbers(CellResult r) =>
            string.Join(' ', r.Measurements.Select(m => $"{m.Key} {m.Value.Value:R}")) + r.Outcomes!.Ones;
    }

    [Fact]
    public void Shadows_are_trained_once_and_shared_and_none_for_the_control()
    {
        var (models, lines) = (new ModelStore(null), new List<string>());
        Run(Cells("shadow-models")[..1], models, lines);
        Assert.Equal(0, Shadows());
        Run(Cells("{shadow-models: {shadows: 2}}"), models, lines);
        Assert.Equal(2, Shadows());
        // The first of six are these two; offline lira and the loss threshold take what is there, and a wrapper changes no training.
        Run(Cells("[shadow-models, {lira: {shadows: 6, offline: true}}, loss-threshold]", "[none, median-filter]"), models, lines);
        Assert.Equal(6, Shadows());
        Run(Cells("{lira: {shadows: 4}}"), models, lines);
        Assert.Equal(10, Shadows());
        Run(Cells("{shadow-models: {shadows: 1}}", "adversarial-training"), models, lines);
        Assert.Equal(11, Shadows());

        int Shadows() =>
            lines.Count(l => l.StartsWith("shadow ", StringComparison.Ordinal) && l.EndsWith("epoch 1 of 60", StringComparison.Ordinal));
    }

    [Fact]
    public void Digits_of_other_writers_are_told_apart_even_by_networks_that_saw_neither()
    {
        var unseen = Value(Run(Cells("{lira: {shadows: 4, offline: true}}"))[1], Metric.AucUnseen);
        Assert.InRange(unseen, 0.5, 0.9);
        Assert.DoesNotContain(Metric.AucUnseen, Run(Cells("confidence-threshold"))[1].Measurements.Keys);
    }

    [Fact]
    public void Shadows_start_from_weights_of_the_same_kind_as_the_target()
    {
        Assert.NotEqual(Unseen("he"), Unseen("pytorch"));

        // Not trained, a shadow is its start.
        static double Unseen(string start) =>
            Value(Run(Cells("loss-threshold", training: $"{{epochs: 0, samples: 150, initialisation: {start}}}"))[1], Metric.AucUnseen);
    }

    [Fact]
    public void Training_of_shadows_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Run(
            Cells("shadow-models"), ct: source.Token, onLine: l =>
            {
                if (l.StartsWith("shadow 2 of 4", StringComparison.Ordinal)) source.Cancel();
            }));
    }

    [Theory]
    [InlineData("shadow-models", "{samples: 433}", "none", "",
        "shadow-models trains shadows on twice as many further training samples, and digits has 1297 of which the model takes 433: "
        + "set training: {samples: 432} or less.")]
    [InlineData("loss-threshold", "{samples: 0}", "none", "", "loss-threshold trains shadows on twice as many")]
    [InlineData("lira", "{samples: 501}", "none", "",
        "lira needs as many test as training samples, and digits has 500 beside 501: set training: {samples: 500} or less.")]
    [InlineData("confidence-threshold", "{samples: 5}", "none", "poison: {label-flip: {strength: 0.1}}",
        "confidence-threshold asks what a model was trained on, and not all of a poisoned training set is real")]
    public void A_data_set_too_small_or_poisoned_is_objected_to(
        string attack, string training, string defense, string more, string reason) =>
        Assert.StartsWith(reason, Objection(attack, training, defense, more) ?? "no objection", StringComparison.Ordinal);

    [Fact]
    public void What_just_fits_is_let_through()
    {
        Assert.Null(Objection("shadow-models", "{samples: 432}"));
        Assert.Null(Objection("lira", "{samples: 500}"));
        Assert.Null(Objection("confidence-threshold", "{samples: 0}"));
    }

    [Fact]
    public void A_model_of_a_file_and_a_regression_are_objected_to()
    {
        var cell = Cells("confidence-threshold")[1];
        var file = Cells("confidence-threshold", more: "")
            .Select(
                c =>
                    c with
                    {
                        Model = Choices.Of(Category.Model, "file", ("path", "m.safetensors"),
                            ("architecture", Choices.Of(Category.Model, "softmax")))
                    })
            .Last();
        Assert.Contains("not known of a model of a file", Compatibility.Objection(file, Data(new Digits())) ?? "",
            StringComparison.Ordinal);
        Assert.Contains("attacks classifiers", Compatibility.Objection(cell with { Model = Linear }, Data(new Houses())) ?? "",
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{shadow-models: {shadows: 0}}")]
    [InlineData("{confidence-threshold: {threshold: 1.5}}")]
    [InlineData("{lira: {shadows: 0}}")]
    public void A_parameter_out_of_its_domain_is_an_error_of_the_file(string attack) =>
        Assert.StartsWith("sweep.yaml:5:", Assert.Throws<SpecException>(() => Cells(attack)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_odd_number_of_online_shadows_is_refused_before_any_work() =>
        Assert.Contains("come in pairs", Objection("{lira: {shadows: 5}}", Quick), StringComparison.Ordinal);

    [Fact]
    public void Shadows_with_the_defense_of_their_target_are_trained_as_one_and_tell_what_those_trained_alone_tell()
    {
        var cell = TestLaboratory.Cell("digits", ("softmax", []), ("lira", [("shadows", 4)]), ("fgsm-training", [("epsilon", 0.05)]), 1,
            training: [("epochs", 3), ("samples", 300)]);
        var (alone, together) = (Of(replicas: 1), Of(replicas: 8));
        Assert.Equal(TestLaboratory.Numbers(alone.Result), TestLaboratory.Numbers(together.Result));
        Assert.DoesNotContain(alone.Lines, line => line.Contains("networks 1 to", StringComparison.Ordinal));
        Assert.Contains(together.Lines, line => line.EndsWith("networks 1 to 4 of 4", StringComparison.Ordinal));

        (CellResult Result, List<string> Lines) Of(int replicas)
        {
            using var bench = new TestLaboratory(new CpuDevice { Replicas = replicas });
            return (bench.Run([cell])[0], bench.Lines);
        }
    }
}
