// Runs one named workload on one device, after a shorter one that warms it, and prints a line of JSON for each run. Every workload ends by
// reading a result back, so that wall time holds all that was queued.
using System.Diagnostics;
using System.Globalization;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Training;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;
using Grid.Torch;
using Grid.Workloads;

if (args.Length < 2)
{
    Console.Error.WriteLine(
        "Usage: Cards DEVICE (about | pieces | ((epoch | pgd | adversarial)[-NETWORKS] | resnet20[-pgd]) [RUNS [IMAGES]]), "
        + "with DEVICE one of: "
        + string.Join(", ", TorchDevices.List().Select(d => $"{d.Name} ({d.Card})")));
    return 2;
}

var watch = Stopwatch.StartNew();
try
{
    Mnist.Device = TorchDevices.Open(args[0], new() { Say = Console.Error.WriteLine });
}
catch (DeviceMissingException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

if (args[1] == "about")
{
    Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture,
            $"{Mnist.Device.Name}: {Mnist.Device.InstructionSet}; {(Mnist.Device as TorchDevice)?.Libraries}; "
            + $"opened in {watch.Elapsed.TotalSeconds:F2} s"));
    return 0;
}

if (args[1] == "pieces")
{
    Pieces.Time(Mnist.Device, args.Contains("--tiles"));
    return 0;
}

int Number(int place, int otherwise) => args.Length > place ? int.Parse(args[place], CultureInfo.InvariantCulture) : otherwise;
var parts = args[1].Split('-');
var networks = parts.Length > 1 && args[1] != "resnet20-pgd" ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
var images = Number(3, args[1] == "pgd" ? 10_000 : parts.Contains("pgd") ? 1_000 : 60_000);
var some = Math.Min(images, 250);
var adversarial = new AdversarialTraining(new Pgd(steps: 7), epsilon: 0.1, ratio: 1);
Func<int, string> work = (parts[0], networks) switch
{
    ("epoch", 1) => count => Epochs.Train(new Cnn(), new Adam(), new None(), images: count),
    ("epoch", _) => count => Epochs.TrainTogether(new Cnn(), new Adam(), networks, count),
    ("adversarial", 1) => count => Epochs.Train(new Cnn(), new Adam(), adversarial, images: count),
    ("adversarial", _) => count => Epochs.TrainTogether(new Cnn(), new Adam(), networks, count, adversarial),
    ("pgd", 1) => count => Curves.Evade(Pgd(), count),
    ("pgd", _) => count => Curves.EvadeTogether(Pgd(), networks, count),
    ("resnet20", 1) => count => args[1] == "resnet20" ? Residual.Epoch() : Residual.Evade(count),
    _ => throw new ArgumentException($"no workload called {args[1]}"),
};
work(some);
for (var i = Number(2, 1); i > 0; i--) Timing.Run(() => work(images));
return 0;

static Pgd Pgd() => new(steps: 40, stepSize: 1 / 30.0);
