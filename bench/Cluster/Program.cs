using System.Diagnostics;
using System.Globalization;
using Grid.Cluster;
using Grid.Contracts;
using Grid.Silo.Hosting;
using Grid.Silo.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// One silo with everything but experiments: cells that wait (or do nothing), kept in the database of ConnectionStrings__Grid, else in files
// of the working folder. With "stay" it goes on until Ctrl-C, so that gridctl can list and export what it has.
//   dotnet run -c Release --project bench/Cluster -- CELLS MILLISECONDS SLOTS [stay]
// One of many silos, as bench/load starts them: cells that wait, whose ids are put down in the file "ran" of the silo's folder.
//   ... bench/Cluster -- silo MILLISECONDS
// How long ten cells of one owner wait for another's many:
//   ... bench/Cluster -- owners CELLS MILLISECONDS SLOTS GROUP
// How a coordinator comes back that was dropped because memory ran short:
//   DOTNET_GCHeapHardLimit=0x60000000 ... bench/Cluster -- shed CELLS SWEEPS
if (args is ["silo", var each] && int.TryParse(each, NumberStyles.None, CultureInfo.InvariantCulture, out var wait))
{
    var folder = Directory.CreateDirectory(Environment.GetEnvironmentVariable("Grid__Folder") ?? "grid-data").FullName;
    using var ran = new StreamWriter(Path.Combine(folder, "ran"), append: true) { AutoFlush = true };
    await using var one = await SiloHost.Build([], services => services.AddSingleton<IExperiments>(new Waiting(wait, (_, id, _) =>
    {
        lock (ran) ran.WriteLine(id.Value);
    })));
    await one.RunAsync();
    return 0;
}

if (args is ["owners", .. var sizes]) return await Owners.Measure(sizes);
if (args is ["shed", .. var many]) return await Shedding.Measure(many);

var stays = args is [.., "stay"];
if (Arguments() is not [var cells, var milliseconds, var slots])
{
    Console.Error.WriteLine("Cluster CELLS MILLISECONDS SLOTS [stay], as in: Cluster 100000 0 2; or Cluster silo MILLISECONDS");
    Console.Error.WriteLine("Cluster owners CELLS MILLISECONDS SLOTS GROUP, as in: Cluster owners 1000000 100 2 1");
    return 2;
}

Environment.SetEnvironmentVariable("Grid__Slots", slots.ToString(CultureInfo.InvariantCulture));
await using var silo = await SiloHost.Build([], services => services.AddSingleton<IExperiments>(new Waiting(milliseconds)));
await silo.StartAsync();
var grains = silo.Services.GetRequiredService<IGrainFactory>();

// Two cells a group: strength 0 and one more.
var began = Stopwatch.GetTimestamp();
var text = FormattableString.Invariant(
    $"{{name: nothing-{Environment.ProcessId}, dataset: digits, model: softmax, attack: fgsm, strength: 0.1, seeds: {cells / 2}}}");
var submission = await grains.GetGrain<IGridGrain>(0).Submit("nothing.yaml", text);
var accepted = Stopwatch.GetTimestamp();
Console.WriteLine(
    FormattableString.Invariant($"{submission.Cells} cells submitted in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.00} s"));

var sweep = grains.GetGrain<ISweepGrain>(submission.Sweep);
var (asked, first) = (new List<double>(), default(TimeSpan?));
while (true)
{
    var ask = Stopwatch.GetTimestamp();
    var status = await sweep.Status();
    asked.Add(Stopwatch.GetElapsedTime(ask).TotalMilliseconds);
    if (status.Done > 0) first ??= Stopwatch.GetElapsedTime(began);
    // Known by another name once it is planned.
    if (status.Sweep != submission.Sweep) sweep = grains.GetGrain<ISweepGrain>(status.Sweep);
    if (status.Phase == SweepPhase.Finished) break;
    await Task.Delay(50);
}

var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
var ideal = cells * milliseconds / 1000.0 / slots;
asked.Sort();
var sinceAnswer = Stopwatch.GetElapsedTime(accepted).TotalSeconds;
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{cells} cells of {milliseconds} ms on {slots} slots: {seconds:0.00} s, {cells / seconds:0} a second; "
    + $"the first of them after {first?.TotalSeconds:0.00} s"));
if (ideal > 0)
{
    Console.WriteLine(FormattableString.Invariant(
        $"{Above(seconds):0.0} % above the ideal {ideal:0.0} s, {Above(sinceAnswer):0.0} % from the answer to the submission on"));
}

var (median, late) = (asked[asked.Count / 2], asked[(int)(asked.Count * 0.99)]);
Console.WriteLine(FormattableString.Invariant(
    $"status: median {median:0.0} ms, 99 % {late:0.0}, worst {asked[^1]:0.0} of {asked.Count}"));
Spent();

// What a coordinator costs: how much less is held once it has gone, and how long the next one takes to its first answer.
var management = grains.GetGrain<IManagementGrain>(0);
await management.ForceActivationCollection(TimeSpan.FromSeconds(0));
await Task.Delay(3000);
var without = GC.GetTotalMemory(forceFullCollection: true);
var again = Stopwatch.GetTimestamp();
await sweep.Lease(new("bench", [], 1));
var answered = Stopwatch.GetElapsedTime(again).TotalSeconds;
while ((await sweep.Status()).Curves.IsEmpty) await Task.Delay(50);
var known = Stopwatch.GetElapsedTime(again).TotalSeconds;
var held = (GC.GetTotalMemory(forceFullCollection: true) - without) / (double)cells;
Console.WriteLine(FormattableString.Invariant(
    $"a new coordinator answers after {answered:0.00} s, knows all after {known:0.00} s, and holds {held:0} bytes a cell"));
Spent();
if (stays)
{
    Console.WriteLine($"staying: gridctl status {submission.Sweep}, gridctl export {submission.Sweep}");
    await silo.WaitForShutdownAsync();
    Spent();
}
else await silo.StopAsync();
return 0;

static void Spent()
{
    using var process = Process.GetCurrentProcess();
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"processor {process.TotalProcessorTime.TotalSeconds:0.0} s, working set {process.WorkingSet64 / 1e6:0} MB, "
        + $"at most {process.PeakWorkingSet64 / 1e6:0}"));
}

double Above(double time) => 100 * (time / ideal - 1);

int[]? Arguments()
{
    var numbers = args.SkipLast(stays ? 1 : 0).ToArray();
    return numbers.Length == 3 && numbers.All(a => int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        ? [.. numbers.Select(a => int.Parse(a, CultureInfo.InvariantCulture))] : null;
}
