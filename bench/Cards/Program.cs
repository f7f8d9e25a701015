// Runs one named workload on one device, after a shorter one that warms it, and prints a line of JSON for each run. Every workload ends by reading a result
// back, so that wall time holds all that was queued.
using System.Globalization;
using Grid.Lab.Attacks;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Torch;
using Grid.Workloads;

if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: Cards DEVICE (epoch | epoch-64 | pgd) [RUNS [IMAGES]], with DEVICE one of: " + string.Join(", ", TorchDevices.List().Select(d => $"{d.Name} ({d.Card})")));
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
var images = Number(3, 10_000);
Dictionary<string, (Func<string> Warm, Func<string> Work)> workloads = new()
{
    ["epoch"] = (Epoch, Epoch),
    ["epoch-64"] = (Epoch, () => Epochs.TrainTogether(new Cnn(), new Adam(), 64)),
    ["pgd"] = (() => Curves.Evade(Pgd(), Math.Min(images, 250)), () => Curves.Evade(Pgd(), images)),
};
var (warm, work) = workloads[args[1]];
warm();
for (var i = Number(2, 1); i > 0; i--) Timing.Run(work);
return 0;

static string Epoch() => Epochs.Train(new Cnn(), new Adam(), new None());

static Pgd Pgd() => new(steps: 40, stepSize: 1 / 30.0);
