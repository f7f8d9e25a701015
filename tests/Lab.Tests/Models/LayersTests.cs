using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Graph;
using Grid.Lab.Models.Layers;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Models;

public sealed class LayersTests : IDisposable
{
    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    static OwnLayers Normed(params Layer[] further) => new(
        [new Conv(8, padding: 1, bias: false), new BatchNorm(), new Relu(), new MaxPool(), .. further, new Flatten(), new Dense()]);

    Network Train(
        Model model, ulong seed = 0, int epochs = 2, IReadOnlyList<Augmentation>? augment = null, double decay = 0) => Trainer.Train(
        model, SmallData.Digits, SmallData.Digits.Train,
            new(new Adam(lr: 0.005), new Constant(), epochs, 32, weightDecay: decay, augment: augment),
            new Grid.Lab.Defenses.None(), seed, _device,
        _ => { }, CancellationToken.None);

    double Accuracy(Network network)
    {
        using var scope = _device.Scope();
        var batch = SmallData.TestBatch(_device, ..500);
        return network.Predict(batch.Images).ToArray().Zip(batch.Labels.ToArray()).Count(p => p.First == p.Second) / 500.0;
    }

    [Fact]
    public void A_network_with_batch_norm_learns_and_is_evaluated_by_its_running_statistics()
    {
        using var network = Train(Normed(new Dropout(0.1)), epochs: 5);
        Assert.InRange(Accuracy(network), 0.9, 1);
        var statistics = network.Specs.Zip(network.Parameters).Where(p => !p.First.Trained).ToArray();
        Assert.Equal(["bn1.running_mean", "bn1.running_var"], statistics.Select(p => p.First.Name));
        Assert.All(statistics, p => Assert.NotEqual(Enumerable.Repeat(p.First.Start!.Value, 8), p.Second.ToArray()));
    }

    [Fact]
    public void A_row_in_evaluation_does_not_depend_on_its_neighbours()
    {
        using var network = Train(Normed(), epochs: 1);
        using var scope = _device.Scope();
        var all = Logits(network, SmallData.TestBatch(_device, ..5).Images);
        Assert.Equal(all[20..30], Logits(network, SmallData.TestBatch(_device, 2).Images));
    }

    static float[] Logits(Network network, Tensor images) =>
        network.Logits(new Tape(network.Device), Tape.Constant(images)).Value.ToArray();

    [Fact]
    public void The_same_seed_gives_the_same_bytes_with_batch_norm_dropout_and_augmentation()
    {
        byte[] Bytes(ulong seed, IReadOnlyList<Augmentation>? augment = null, double decay = 0)
        {
            using var network = Train(Normed(new Dropout()), seed, epochs: 1, augment, decay);
            return network.Bytes();
        }

        var plain = Bytes(1);
        Assert.Equal(plain, Bytes(1));
        Assert.NotEqual(plain, Bytes(2));
        Assert.Equal(Bytes(1, [Augmentation.Flip, Augmentation.Crop]), Bytes(1, [Augmentation.Flip, Augmentation.Crop]));
        Assert.NotEqual(plain, Bytes(1, [Augmentation.Crop]));
        Assert.NotEqual(plain, Bytes(1, decay: 0.01));
    }

    [Fact]
    public void Weight_decay_is_a_part_of_every_gradient()
    {
        // One step of plain descent on one batch: w - lr (g + decay w).
        Network Step(double decay) => Trainer.Train(
            new Softmax(), SmallData.Digits, SmallData.Digits.Train, new(new Sgd(lr: 0.5), new Constant(), 1, 0, weightDecay: decay),
            new Grid.Lab.Defenses.None(), 3, _device, _ => { }, CancellationToken.None);
        using var without = Step(0);
        using var with = Step(0.1);
        var start = Initial.Values(without.Specs, Initialisation.He, 3)[0];
        Assert.All(without.Parameters[0].ToArray().Zip(with.Parameters[0].ToArray(), start),
            p => Assert.Equal(p.First - 0.05f * p.Third, p.Second, 1e-6));
    }

    [Fact]
    public void A_flip_mirrors_each_row_and_a_crop_moves_the_image_over_zeros()
    {
        var shape = new ImageShape(2, 16, 25);
        float[] image = [.. Enumerable.Range(1, shape.Size).Select(i => (float)i)];
        var seen = new HashSet<string>();
        for (var sample = 0; sample < 200; sample++)
        {
            var target = new float[shape.Size];
            Augmented.Write(image, target, shape, [Augmentation.Flip, Augmentation.Crop], 5, 0, sample);
            var matches = (from flip in new[] { false, true }
                           from down in Enumerable.Range(-3, 7)
                           from across in Enumerable.Range(-4, 9)
                           where target.SequenceEqual(Moved(flip, down, across))
                           select (flip, down, across)).ToArray();
            seen.Add($"{Assert.Single(matches)}");
        }

        // Two ways to flip, five down, seven across.
        Assert.InRange(seen.Count, 60, 70);

        float[] Moved(bool flip, int down, int across) =>
        [
            .. from c in Enumerable.Range(0, 2) from row in Enumerable.Range(0, 16) from column in Enumerable.Range(0, 25)
               let y = row + down let x = (flip ? 24 - column : column) + across
               select y is >= 0 and < 16 && x is >= 0 and < 25 ? image[(c * 16 + y) * 25 + x] : 0,
        ];
    }

    [Fact]
    public void Presets_are_fused_to_what_the_device_has_one_operator_for()
    {
        string[] Operators(GraphModel model) => [.. Fusion.Evaluation(model.Raw(new(1, 28, 28), 10)).Nodes.Select(n => n.Operator)];
        Assert.Equal([Operation.ConvReluPool, Operation.ConvReluPool, "Flatten", Operation.LinearRelu, "Gemm"], Operators(new Cnn()));
        Assert.Equal(["Flatten", "Gemm", "Sigmoid", "Gemm"], Operators(new Mlp()));
        Assert.Equal([Operation.ConvReluPool, "Flatten", "Gemm"], Operators(Normed()));
        Assert.Equal(
            [Operation.ConvBatchNorm, "Relu", Operation.ConvBatchNorm, "Relu", Operation.ConvBatchNorm, "Add", "Relu"],
            Operators(new ResNet20()).Take(7));
        // In training, batch norm takes the ReLU behind it: of 21, those that no sum follows.
        Assert.Equal(10, Fusion.Training(new ResNet20().Raw(new(3, 32, 32), 10)).Nodes.Count(n => n.Int(Fusion.Relu, 0) == 1));
        foreach (var model in new GraphModel[] { new Cnn(), new Mlp(), new Softmax(), new ResNet20(), Normed() })
            Assert.Equal(model.Together, Fusion.Training(model.Raw(new(1, 28, 28), 10)).Together);
    }

    [Theory, InlineData("vgg-small"), InlineData("resnet20"), InlineData("cnn")]
    public void Fusing_changes_no_logit_and_no_gradient_beyond_rounding(string name)
    {
        var model = (GraphModel)Catalog.Choices.Create<Model>(Grid.Sweeps.Catalog.Category.Model, name);
        var raw = model.Raw(new(2, 16, 16), 3);
        using var scope = _device.Scope();
        var start = Initial.Values(raw.Parameters, Initialisation.He, 1);
        float[] Drawn(int count, string purpose, float low)
        {
            var values = new float[count];
            new Grid.Compute.Random.PhiloxStream(3, purpose).Fill(values, low, 1);
            return values;
        }

        Tensor[] Run(OperatorGraph graph)
        {
            var tape = new Tape(_device);
            Variable[] variables =
            [
                Tape.Watch(_device.Upload(Drawn(4 * 512, "x", 0), [4, 2, 16, 16])),
                .. raw.Parameters.Select(
                    (p, i) =>
                        Tape.Watch(_device.Upload([.. start[i].Zip(Drawn(p.Shape.Count, p.Name, -1), (v, d) => v + 0.1f * d)], p.Shape))),
            ];
            var output = Execution.Run(graph, tape, variables[0], variables.AsSpan(1));
            return [output.Value, .. tape.Gradients(output, variables, _device.Upload(Drawn(12, "seed", -1), [4, 3]))];
        }

        foreach (var (expected, actual) in Run(raw).Zip(Run(Fusion.Evaluation(raw))))
        {
            var values = expected.ToArray();
            var largest = values.Max(MathF.Abs);
            Assert.All(values.Zip(actual.ToArray()), p => Assert.Equal(p.First, p.Second, 1e-3 * largest));
        }
    }

    [Fact]
    public void A_layer_that_does_not_fit_says_what_it_met()
    {
        string Refused(params Layer[] layers) =>
            Assert.Throws<LabException>(() => new OwnLayers(layers).Parameters(new(1, 8, 8), 10)).Message;
        Assert.Contains("The layer dense takes features or tokens: put flatten before it, and what comes before it gives [1, 8, 8]",
            Refused(new Dense()), StringComparison.Ordinal);
        Assert.Contains("has a kernel of 9 x 9, which does not fit", Refused(new Conv(4, kernel: 9)), StringComparison.Ordinal);
        Assert.Contains("The layers end in [4, 6, 6] for each image", Refused(new Conv(4)), StringComparison.Ordinal);
        Assert.Contains("adds [8, 8, 8] of its branch", Refused(new Residual([new Conv(8, padding: 1)])), StringComparison.Ordinal);
        Assert.Contains("takes tokens: put patches before it", Refused(new Attention()), StringComparison.Ordinal);
    }
}
