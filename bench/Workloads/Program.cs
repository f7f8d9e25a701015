// Runs one named workload some times in this process, after untimed runs until the compiler has settled, and prints a line of JSON for
// each. Do not pin it to one core: there the runtime leaves hot loops unoptimised for seconds.
using System.Diagnostics;
using System.Globalization;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Evasion.MinimumNorm;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Training;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;
using Grid.Workloads;

Dictionary<string, Func<string>> workloads = new()
{
    ["cnn"] = () => Epochs.Train(new Cnn(), new Adam(), new None()),
    ["cnn-two"] = Epochs.SideBySide,
    ["mlp"] = () => Epochs.Train(new Mlp(), new Sgd(lr: 0.5), new None()),
    ["mlp-adam"] = () => Epochs.Train(new Mlp(), new Adam(), new None()),
    ["fgsm-training"] = () => Epochs.Train(new Cnn(), new Adam(), new FgsmTraining()),
    ["pgd-training"] = () => Epochs.Train(new Cnn(), new Adam(), new PgdTraining()),
    ["fgsm"] = () => Curves.Evade(new Fgsm()),
    ["pgd"] = () => Curves.Evade(Pgd()),
    ["nearest"] = () => Curves.Evade(new Fmn(steps: 50, loss: Objective.CrossEntropy)),
    ["autoattack"] = () => Curves.Left(new AutoAttack()),
    ["apgd-ce"] = () => Curves.Left(new Apgd()),
    ["apgd-t"] = () => Curves.Left(new Apgd(loss: Objective.Dlr, targets: 9)),
    ["fab-t"] = () => Curves.Left(new Fab()),
    ["square"] = () => Curves.Left(new Square()),
    ["robust"] = Robust.Row,
    ["ddn"] = () => Curves.Left(new Ddn(), strength: 1.25),
    ["smoothing"] = Curves.Certify,
    ["resnet20"] = Residual.Epoch,
    ["resnet20-parts"] = Parts.Run,
    ["resnet20-gradients"] = () => Residual.Evade(128, all: true),
    ["resnet20-pgd"] = () => Residual.Evade(128),
    ["dpa-softmax"] = Partitions.Softmax,
    ["dpa-conv"] = Partitions.Convolutions,
    ["friends"] = Trials.Cell,
    ["normals"] = Trials.Draws,
    ["engine"] = () => Engine.Run(10_000),
    ["products"] = Products.Run,
};
foreach (var cells in new[] { 100, 1_000, 10_000, 100_000 }) workloads[$"engine-{cells}"] = () => Engine.Run(cells);
foreach (var images in new[] { 125, 250, 500, 1_000, 2_000 }) workloads[$"pgd-images-{images}"] = () => Curves.Evade(Pgd(), images);
foreach (var strengths in new[] { 1, 2, 4, 7, 13, 25 })
    workloads[$"pgd-strengths-{strengths}"] = () => Curves.Evade(Pgd(), strengths: strengths);

if (args.Length == 0 || !workloads.TryGetValue(args[0], out var work))
{
    Console.Error.WriteLine($"Usage: Workloads NAME [RUNS], with NAME one of: {string.Join(' ', workloads.Keys)}");
    return 2;
}

// Long ones are warmed by less of the same.
var warm = args[0] switch
{
    "pgd" or "cnn-two" => workloads["pgd-images-125"],
    "pgd-training" => () => workloads["cnn"]() + workloads["pgd-images-125"](),
    _ => work,
};
var watch = Stopwatch.StartNew();
do warm();
while (watch.Elapsed.TotalSeconds < 2);
for (var i = args.Length < 2 ? 1 : int.Parse(args[1], CultureInfo.InvariantCulture); i > 0; i--) Timing.Run(work);
return 0;

// Steps of a thirtieth of the strength, as the peers take them.
static Pgd Pgd() => new(steps: 40, stepSize: 1 / 30.0);
