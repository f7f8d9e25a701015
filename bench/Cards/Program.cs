// Runs one named workload on one device, after a shorter one that warms it, and prints a line of JSON for each run. Every workload ends by reading a result
// back, so that wall time holds all that was queued.
using System.Globalization;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Defenses;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;
using Grid.Torch;
using Grid.Workloads;

if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: Cards DEVICE (epoch | pgd)[-NETWORKS] [RUNS [IMAGES]], with DEVICE one of: " + string.Join(", ", TorchDevices.List().Select(d => $"{d.Name} ({d.Card})")));
    return 2;
}

try
{
    Mnist.Device = TorchDevices.Open(args[0]);
}
catch (DeviceMissingException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

int Number(int place, int otherwise) => args.Length > place ? int.Parse(args[place], CultureInfo.InvariantCulture) : otherwise;
var parts = args[1].Split('-');
var networks = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
var images = Number(3, parts[0] == "epoch" ? 60_000 : networks == 1 ? 10_000 : 1_000);
var some = Math.Min(images, 250);
Func<int, string> work = (parts[0], networks) switch
{
    ("epoch", 1) => count => Epochs.Train(new Cnn(), new Adam(), new None(), images: count),
    ("epoch", _) => count => Epochs.TrainTogether(new Cnn(), new Adam(), networks, count),
    ("pgd", 1) => count => Curves.Evade(Pgd(), count),
    ("pgd", _) => count => Curves.EvadeTogether(Pgd(), networks, count),
    _ => throw new ArgumentException($"no workload called {args[1]}"),
};
work(some);
for (var i = Number(2, 1); i > 0; i--) Timing.Run(() => work(images));
return 0;

static Pgd Pgd() => new(steps: 40, stepSize: 1 / 30.0);
