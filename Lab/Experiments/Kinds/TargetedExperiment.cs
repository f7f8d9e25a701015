using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Kinds;

/// <summary>
/// Measures how often victims that are trained on a targeted poison take its target for the class that the attacker wants. Beside them
/// stand as many victims with the same seeds on the clean set, some of which do so by themselves.
/// </summary>
static class TargetedExperiment
{
    const int FirstOfTest = 1000;

    public static void Run(ExperimentContext setting, IReadOnlyList<(Cell Cell, CellId Id)> cells, Action<CellId, CellMeasurements> report)
    {
        var attack = (TargetedPoisoning)setting.Attack;
        var aims = Enumerable.Range(0, attack.Targets).Select(t => Target(setting, t)).ToArray();
        var unpoisoned = new Poisoned(setting.Training.Train, []);
        VictimsAsOne(setting, unpoisoned, "clean");
        var clean = Enumerable.Range(0, attack.Victims).Select(v => Victim(setting, unpoisoned, "clean", v)).ToArray();
        foreach (var (cell, id) in cells)
        {
            var (hit, cleanHit, right, cleanRight, trials, poisoned, loss) = (0, 0, 0L, 0L, 0, 0, 0.0);
            for (var t = 0; t < aims.Length; t++)
            {
                (Poisoned Set, double Loss)? set = cell.Strength == 0 ? null : Poison(setting, attack, aims[t], t, cell.Strength);
                (poisoned, loss) = (poisoned + (set?.Set.Indices.Count ?? 0), loss + (set?.Loss ?? 0));
                var name = $"{t}-{Canonical.Number(cell.Strength)}";
                if (set is not null) VictimsAsOne(setting, set.Value.Set, name);
                for (var v = 0; v < attack.Victims; v++)
                {
                    setting.Report(
                        $"{cell.Attack.Name} on {setting.Data.Name}: target {t + 1} of {aims.Length}, victim {v + 1} of {attack.Victims}");
                    var answers = set is null ? clean[v] : Victim(setting, set.Value.Set, name, v);
                    trials++;
                    if (answers[aims[t].Sample] == aims[t].Wanted) hit++;
                    if (clean[v][aims[t].Sample] == aims[t].Wanted) cleanHit++;
                    right += Right(setting, answers);
                    cleanRight += Right(setting, clean[v]);
                }
            }

            var tests = (long)trials * setting.Data.Test.Count;
            report(id, new(CellMeasurements.Table(
            [
                (Metric.AttackSuccessRate, Measurement.Rate(hit, trials)),
                (Metric.CleanAttackSuccessRate, Measurement.Rate(cleanHit, trials)),
                (Metric.Targets, new(aims.Length)),
                (Metric.Victims, new(attack.Victims)),
                (Metric.TestAccuracy, new((double)right / tests, setting.Data.Test.Count)),
                (Metric.CleanAccuracy, new((double)cleanRight / tests, setting.Data.Test.Count)),
                (Metric.Poisoned, new(poisoned / aims.Length, setting.Training.Train.Count)),
                .. cell.Strength == 0 ? Array.Empty<(string, Measurement)>() : [(Metric.PoisonLoss, new(loss / aims.Length, aims.Length))],
            ])));
        }
    }

    static int Right(ExperimentContext setting, int[] answers) => answers.Zip(setting.Data.Test.Labels).Count(a => a.First == a.Second);

    /// <summary>A test image, and a class that is not its own.</summary>
    static (int Sample, int Wanted) Target(ExperimentContext setting, int number)
    {
        var draws = new PhiloxStream(setting.Seed, "target", (ulong)number);
        var sample = draws.NextInt(Math.Min(FirstOfTest, setting.Data.Test.Count));
        return (sample, (setting.Data.Test.Labels[sample] + 1 + draws.NextInt(setting.Data.Classes - 1)) % setting.Data.Classes);
    }

    static (Poisoned Set, double Loss) Poison(ExperimentContext setting, TargetedPoisoning attack, (int Sample, int Wanted) target,
        int number, double strength)
    {
        var saved = setting.Models.Get($"{Key(setting, null)}-{Canonical.Number(strength)}-target-{number}", () =>
        {
            using var scope = setting.Device.Scope();
            using var surrogate = Network(setting, setting.Training.Train, new None(), "surrogate",
                new PhiloxStream(setting.Seed, "surrogate").NextULong());
            var image = new Batches(setting.Data.Test, setting.Data.Shape, setting.Device).Take(new[] { target.Sample }).Images;
            var seed = new PhiloxStream(setting.Seed, "targeted poison", (ulong)number).NextULong();
            var made = attack.Poison(new(setting.Training, image, target.Wanted, seed, surrogate, line => setting.Report(
                $"{setting.Cell.Attack.Name} on {setting.Data.Name}, target {number + 1} of {attack.Targets}: {line}"),
                setting.Cancellation), strength);
            return [.. made.Set.Save(), new("loss", [1], [(float)made.Loss])];
        }, setting.Cancellation);
        return (Poisoned.Load(setting.Training.Train, [.. saved.Take(3)]), saved[3].Values[0]);
    }

    /// <summary>The answers of a victim on the test set; they are kept, because its network is of no further use.</summary>
    static int[] Victim(ExperimentContext setting, Poisoned set, string name, int number)
    {
        var (key, seed) = VictimOf(setting, name, number);
        var saved = setting.Models.Get(key, () =>
        {
            using var scope = setting.Device.Scope();
            var samples = setting.Defense.ChangesData ? set.Samples.Take(setting.Defense.Keep(Suspect())) : set.Samples;
            using var network = Trainer.Train(
                setting.Model, setting.Training, samples, setting.Recipe, setting.Defense, seed, setting.Device, _ => { },
                setting.Cancellation);
            return Answers(setting, network, seed);
        }, setting.Cancellation);
        return Array.ConvertAll(saved[0].Values, a => (int)a);

        FilterInput Suspect() => new(
            setting.Training, set, seed, setting.Device,
            () => Trainer.Train(setting.Model, setting.Training, set.Samples, setting.Recipe, new None(), seed, setting.Device, _ => { },
                setting.Cancellation),
            setting.Cancellation)
        { Report = setting.Report };
    }

    static (string Key, ulong Seed) VictimOf(ExperimentContext setting, string name, int number) => (
        $"{(name == "clean" ? setting.Key(0) : Key(setting, setting.Cell.Defense))}-{name}-victim-{number}",
        new PhiloxStream(setting.Seed, "victim", (ulong)number).NextULong());

    static IReadOnlyList<NamedTensor> Answers(ExperimentContext setting, Network network, ulong seed)
    {
        var answers = setting.Label(setting.Defense.Wrap(network, seed), setting.Data.Test);
        return [new("answers", [answers.Length], Array.ConvertAll(answers, a => (float)a))];
    }

    /// <summary>Trains all victims on a set as one where the device has room for several networks. What it leaves is trained
    /// alone.</summary>
    static void VictimsAsOne(ExperimentContext setting, Poisoned set, string name)
    {
        var defense = setting.Defense;
        if (setting.Device.Replicas == 1 || !setting.Model.Together || !defense.TrainsTogether || defense.ChangesData) return;
        (string Key, ulong Seed)[] missing = [.. Enumerable.Range(0, ((TargetedPoisoning)setting.Attack).Victims)
            .Select(v => VictimOf(setting, name, v)).Where(v => !setting.Models.Fetch(v.Key))];
        if (missing.Length < 2) return;
        try
        {
            using var scope = setting.Device.Scope();
            var trained = Trainer.TrainTogether(
                setting.Model, setting.Training, [.. missing.Select(v => (set.Samples, v.Seed))], setting.Recipe, setting.Device,
                setting.Say, setting.Cancellation, defense: defense);
            foreach (var (victim, values) in missing.Zip(trained))
            {
                if (values is null) continue;
                using var network = new Network(
                    setting.Model, setting.Data.Shape, setting.Data.Classes, setting.Device, [.. values.Select(v => v.Values)]);
                setting.Models.Put(victim.Key, Answers(setting, network, victim.Seed));
            }
        }
        catch (LabException)
        {
            // Each alone says why.
        }
    }

    static Network Network(ExperimentContext setting, Samples samples, Defense defense, string name, ulong seed)
    {
        var values = setting.Models.Get($"{TrainedModel.Key(setting.Cell, 0, setting.Data.Sha256, setting.Seed, null)}-{name}", () =>
        {
            using var network = Trainer.Train(setting.Model, setting.Training, samples, setting.Recipe, defense, seed, setting.Device,
                setting.Say, setting.Cancellation);
            return network.Download();
        }, setting.Cancellation);
        return new(setting.Model, setting.Data.Shape, setting.Data.Classes, setting.Device, [.. values.Select(v => v.Values)]);
    }

    /// <summary>The key of all that a poison depends on beside its strength and number.</summary>
    static string Key(ExperimentContext setting, Choice? defense) => TrainedModel.Key(
        setting.Cell with { Poison = new(setting.Cell.Attack, 1) }, 0, setting.Data.Sha256, setting.Seed, defense);
}
